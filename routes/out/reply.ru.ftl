<#-- A partner's customers can read words of their own: partner/<code>.ru.ftl beside this file. -->
<#assign own = .get_optional_template("partner/${body.partnerCode!'-'}.ru.ftl")>
<#if own.exists><@own.include /><#else>
Здравствуйте<#if body.name??>, ${body.name}</#if>! Спасибо за сообщение, <#if body.opensAt??>мы ответим <#if body.opensIn gt 0>${body.opensOn} </#if>в ${body.opensAt}.<#else>мы скоро ответим вам здесь.</#if> Ваша заявка № ${body.id}.
</#if>
