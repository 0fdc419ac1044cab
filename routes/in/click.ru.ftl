Здравствуйте! Код: ${body.code} (#${body.click.reference})
