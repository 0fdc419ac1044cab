สวัสดี รหัส: ${body.code} (#${body.click.reference})
