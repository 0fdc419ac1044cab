สวัสดี ฉันชื่อ ${body.typed.name}
รหัส: ${body.code}<#if body.typed.message?has_content>

${body.typed.message?truncate(300, "…")}</#if>
