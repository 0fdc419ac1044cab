Здравствуйте!<#if body.partnerName??> Код: ${body.code}<#if body.click??> (#${body.click.reference})</#if></#if>
