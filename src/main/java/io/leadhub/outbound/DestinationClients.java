package io.leadhub.outbound;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.sheets.v4.Sheets;
import com.google.api.services.sheets.v4.SheetsScopes;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import freemarker.cache.FileTemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.TemplateExceptionHandler;
import io.leadhub.HubSettings;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.component.google.sheets.GoogleSheetsClientFactory;
import org.apache.camel.component.google.sheets.GoogleSheetsComponent;
import org.apache.camel.component.google.sheets.GoogleSheetsConfiguration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The clients that Camel's components use here instead of their own. */
@Configuration
class DestinationClients {

  /**
   * A stop waits for what is in hand, see camel.main.shutdown-timeout: less than that is enough.
   */
  private static final int GOOGLE_TIMEOUT_MILLIS = 10_000;

  /** Texts are parsed once, and again after they were edited. */
  private static final Duration EDITED_TEXT_IS_USED_AFTER = Duration.ofSeconds(1);

  @Bean("telegram-component")
  SafeTelegramComponent telegram() {
    return new SafeTelegramComponent();
  }

  /** Retries and redirects are decided by the delivery, never behind its back. */
  @Bean
  HttpClientConfigurer plainHttpClient() {
    return client -> client.disableAutomaticRetries().disableRedirectHandling();
  }

  /**
   * Gets its token with the first call, so that the hub starts while Google is away. Without a key
   * file it asks without one: the sandbox and other people's mock servers want none.
   */
  @Bean
  Sheets googleSheets(HubSettings settings) throws IOException {
    HttpRequestInitializer credentials = credentials(settings.googleSheets().serviceAccountKey());
    return new Sheets.Builder(
            new NetHttpTransport(),
            GsonFactory.getDefaultInstance(),
            request -> {
              credentials.initialize(request);
              request.setConnectTimeout(GOOGLE_TIMEOUT_MILLIS);
              request.setReadTimeout(GOOGLE_TIMEOUT_MILLIS);
              request.setNumberOfRetries(0);
            })
        .setRootUrl(settings.googleSheets().baseUrl() + "/")
        .setApplicationName("LeadHub")
        .build();
  }

  /** Camel asks for a key before it asks the factory, which has its own. */
  @Bean
  ComponentCustomizer ownGoogleClient(Sheets googleSheets) {
    return ComponentCustomizer.builder(GoogleSheetsComponent.class)
        .build(
            component -> {
              component.setClientFactory(new ReadyClient(googleSheets));
              GoogleSheetsConfiguration configuration = new GoogleSheetsConfiguration();
              configuration.setServiceAccountKey("held by the client factory");
              component.setConfiguration(configuration);
            });
  }

  private record ReadyClient(Sheets client) implements GoogleSheetsClientFactory {

    @Override
    public Sheets makeClient(
        String id,
        String secret,
        Collection<String> scopes,
        String app,
        String refresh,
        String access) {
      return client;
    }

    @Override
    public Sheets makeClient(
        CamelContext camel, String key, Collection<String> scopes, String app, String delegate) {
      return client;
    }
  }

  private static HttpRequestInitializer credentials(String keyFile) throws IOException {
    if (keyFile.isEmpty()) {
      return request -> {};
    }
    try (InputStream key = Files.newInputStream(Path.of(keyFile))) {
      return new HttpCredentialsAdapter(
          GoogleCredentials.fromStream(key).createScoped(SheetsScopes.SPREADSHEETS));
    } catch (IOException e) {
      throw new IOException(
          "hub.google-sheets.service-account-key (GOOGLE_SERVICE_ACCOUNT_KEY): the file "
              + keyFile
              + " is no readable service account key; download a JSON key for the account",
          e);
    }
  }

  /**
   * Templates see data and nothing else: no classes, no Java calls. They are loaded from the
   * working directory by name: given as {@code file:}, Camel would read them in the machine's own
   * encoding and hide the name, whose ending {@code .ftlh} is what makes FreeMarker escape HTML.
   */
  @Bean
  freemarker.template.Configuration hubFreemarker() throws IOException {
    var templates =
        new freemarker.template.Configuration(freemarker.template.Configuration.VERSION_2_3_34);
    templates.setTemplateLoader(new FileTemplateLoader(new File("."), true));
    templates.setTemplateUpdateDelayMilliseconds(EDITED_TEXT_IS_USED_AFTER.toMillis());
    templates.setDefaultEncoding(StandardCharsets.UTF_8.name());
    templates.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    templates.setAPIBuiltinEnabled(false);
    templates.setNumberFormat("computer");
    templates.setLocalizedLookup(false);
    templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    templates.setLogTemplateExceptions(false);
    return templates;
  }
}
