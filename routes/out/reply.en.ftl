<#-- A partner's customers can read words of their own: partner/<code>.en.ftl beside this file. -->
<#assign own = .get_optional_template("partner/${body.partnerCode!'-'}.en.ftl")>
<#if own.exists><@own.include /><#else>
Hello<#if body.name??>, ${body.name}</#if>! Thank you for your message, <#if body.opensAt??>we answer at ${body.opensAt}<#if body.opensIn gt 0> on ${body.opensOn}</#if>.<#else>we will answer you here shortly.</#if> Your request № ${body.id}.
</#if>
