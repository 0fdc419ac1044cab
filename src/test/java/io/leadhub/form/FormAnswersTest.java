package io.leadhub.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import freemarker.cache.StringTemplateLoader;
import freemarker.template.Configuration;
import io.leadhub.TestSettings;
import io.leadhub.visitor.ChatLink;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.freemarker.FreemarkerComponent;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a visitor reads when a page of the form can't be made. */
class FormAnswersTest {

  private final CamelContext camel = new DefaultCamelContext();
  private final StringTemplateLoader templates = new StringTemplateLoader();

  @BeforeEach
  void startTheRoutes() throws Exception {
    templates.putTemplate("routes/in/click.en.ftl", "Hello!");
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setTemplateLoader(templates);
    configuration.setLocalizedLookup(false);
    configuration.setLogTemplateExceptions(false);
    FreemarkerComponent freemarker = new FreemarkerComponent();
    freemarker.setConfiguration(configuration);
    camel.addComponent("freemarker", freemarker);
    camel.setAutowiredEnabled(false); // it would look for what the real durable: wants
    camel.addComponent("platform-http", new StubComponent());
    camel.addComponent("durable", new StubComponent());
    FormDesk desk = mock(FormDesk.class);
    when(desk.notKept(any())).thenReturn(page("form", 503));
    camel.getRegistry().bind("formDesk", desk);
    camel
        .getRegistry()
        .bind("chatLink", new ChatLink(TestSettings.of("hub.whatsapp.number", "15550001111")));
    for (String file : List.of("pages", "click-pages", "form", "form-answer")) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              ResourceHelper.resolveResource(camel, "file:routes/in/" + file + ".camel.yaml"));
    }
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in-test")
                .routeConfigurationId("form")
                .setVariable("form", body())
                .to("direct:form-answer");
          }
        });
    camel.start();
  }

  @AfterEach
  void stopTheRoutes() {
    camel.stop();
  }

  @Test
  void aPageWithABrokenTemplateIsTheFormAgain() {
    templates.putTemplate("routes/in/form-thanks.en.ftlh", "${body.noSuchThing}");
    templates.putTemplate("routes/in/form.en.ftlh", "The form, and ${variables.chat}");

    Exchange answer = answer();

    assertThat(status(answer)).isEqualTo(503);
    assertThat(answer.getMessage().getBody(String.class))
        .isEqualTo("The form, and https://wa.me/15550001111?text=Hello%21");
  }

  @Test
  void whenTheFormIsBrokenTooPeopleAreAskedToTryAgain() {
    templates.putTemplate("routes/in/form-thanks.en.ftlh", "${body.noSuchThing}");
    templates.putTemplate("routes/in/form.en.ftlh", "${body.noSuchThing}");

    Exchange answer = answer();

    assertThat(status(answer)).isEqualTo(503);
    assertThat(answer.getMessage().getHeader("Retry-After")).isEqualTo("5");
    assertThat(answer.getMessage().getBody(String.class))
        .contains("Please try again in a moment")
        .doesNotContain("noSuchThing");
  }

  private Exchange answer() {
    return camel
        .createProducerTemplate()
        .request("direct:in-test", asked -> asked.getMessage().setBody(page("thanks", 200)));
  }

  private static int status(Exchange answer) {
    assertThat(answer.isFailed()).isFalse();
    return answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
  }

  private static FormPage page(String page, int status) {
    return new FormPage(
        page, status, "en", "HOTEL1", "Hotel", null, List.of(), Map.of(), List.of(), "s-1", false,
        null, null, null, null);
  }
}
