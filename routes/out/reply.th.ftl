<#-- A partner's customers can read words of their own: partner/<code>.th.ftl beside this file. -->
<#assign own = .get_optional_template("partner/${body.partnerCode!'-'}.th.ftl")>
<#if own.exists><@own.include /><#else>
สวัสดี<#if body.name??> ${body.name}</#if> ขอบคุณสำหรับข้อความ <#if body.opensAt??>เราจะตอบกลับ<#if body.opensIn gt 0>วันที่ ${body.opensOn} </#if>เวลา ${body.opensAt} น.<#else>เราจะตอบกลับที่นี่ในไม่ช้า</#if> หมายเลขคำขอ ${body.id}
</#if>
