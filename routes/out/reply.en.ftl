Hello<#if body.name??>, ${body.name}</#if>! Thank you for your message, we will answer you here shortly. Your request № ${body.id}.
