Здравствуйте! Меня зовут ${body.typed.name}.
Код: ${body.code}<#if body.typed.message?has_content>

${body.typed.message?truncate(300, "…")}</#if>
