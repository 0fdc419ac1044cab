Hello!<#if body.partnerName??> Code: ${body.code}<#if body.click??> (#${body.click.reference})</#if></#if>
