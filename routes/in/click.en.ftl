Hello! Code: ${body.code} (#${body.click.reference})
