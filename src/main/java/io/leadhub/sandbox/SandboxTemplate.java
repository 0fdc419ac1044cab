package io.leadhub.sandbox;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code sandbox.ftlh}; whatever it prints is escaped, because customers wrote it. */
final class SandboxTemplate {

  private final Template page;

  SandboxTemplate() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassLoaderForTemplateLoading(getClass().getClassLoader(), "sandbox");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setNumberFormat("computer");
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    try {
      page = configuration.getTemplate("sandbox.ftlh");
    } catch (IOException e) {
      throw new UncheckedIOException("The sandbox page cannot be read", e);
    }
  }

  String render(Map<String, Object> model) {
    StringWriter html = new StringWriter();
    try {
      page.process(model, html);
      return html.toString();
    } catch (TemplateException e) {
      throw new IllegalStateException("The sandbox page cannot be made", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
