package io.leadhub.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import freemarker.cache.StringTemplateLoader;
import freemarker.template.Configuration;
import io.leadhub.TestSettings;
import io.leadhub.visitor.ChatLink;
import java.util.List;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read when somebody has edited a template badly. */
class ClickPagesTest {

  private final CamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void startTheRoutesWithTemplatesThatAreBroken() throws Exception {
    StringTemplateLoader broken = new StringTemplateLoader();
    for (String name : List.of("click.en.ftl", "click-page.en.ftlh", "click-unknown.en.ftlh")) {
      broken.putTemplate("routes/in/" + name, "${body.noSuchThing}");
    }
    Configuration templates = new Configuration(Configuration.VERSION_2_3_34);
    templates.setTemplateLoader(broken);
    templates.setLocalizedLookup(false);
    templates.setLogTemplateExceptions(false);
    FreemarkerComponent freemarker = new FreemarkerComponent();
    freemarker.setConfiguration(templates);
    camel.addComponent("freemarker", freemarker);
    camel.setAutowiredEnabled(false); // it would look for what the real durable: wants
    camel.addComponent("platform-http", new StubComponent());
    camel.addComponent("durable", new StubComponent());
    camel.getRegistry().bind("clickDesk", mock(ClickDesk.class));
    camel
        .getRegistry()
        .bind("chatLink", new ChatLink(TestSettings.of("hub.whatsapp.number", "15550001111")));
    for (String file : List.of("pages", "click-pages", "click")) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              ResourceHelper.resolveResource(camel, "file:routes/in/" + file + ".camel.yaml"));
    }
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in-test").routeConfigurationId("page").toD("direct:click-${body.answer}");
          }
        });
    camel.start();
  }

  @AfterEach
  void stopTheRoutes() {
    camel.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "page", "unknown"})
  void theyAreAskedToTryAgainAndNothingOfTheHubIsShown(String page) {
    Exchange answer =
        camel
            .createProducerTemplate()
            .request(
                "direct:in-test",
                exchange -> {
                  exchange.getMessage().setHeader("Cookie", "t0p-secret");
                  exchange
                      .getMessage()
                      .setBody(new Visit(page, null, "en", "15550001111", "HOTEL1", "Hotel"));
                });

    assertThat(answer.isFailed()).isFalse();
    assertThat(answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class))
        .isEqualTo(503);
    assertThat(answer.getMessage().getHeader("Retry-After")).isEqualTo("5");
    assertThat(answer.getMessage().getHeader("Content-Security-Policy")).isNotNull();
    assertThat(answer.getMessage().getHeaders()).doesNotContainKey("Cookie");
    assertThat(answer.getMessage().getBody(String.class))
        .contains("Please try again in a moment")
        .doesNotContain("noSuchThing");
  }
}
