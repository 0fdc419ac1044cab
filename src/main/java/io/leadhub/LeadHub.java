package io.leadhub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the hub: {@code application.yaml} says with what, {@code routes/} says what it does. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class LeadHub {

  public static void main(String[] args) {
    SpringApplication.run(LeadHub.class, args);
  }
}
