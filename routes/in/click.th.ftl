สวัสดี<#if body.partnerName??> รหัส: ${body.code}<#if body.click??> (#${body.click.reference})</#if></#if>
