Hello! My name is ${body.typed.name}.
Code: ${body.code}<#if body.typed.message?has_content>

${body.typed.message?truncate(300, "…")}</#if>
