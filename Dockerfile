# syntax=docker/dockerfile:1
# LeadHub without the embedded database: give it HUB_DB_URL (compose.yaml brings a MariaDB).

FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml application.yaml ./
COPY src src
RUN mvn -B -Pslim -DskipTests package \
 && cp target/leadhub-*.jar leadhub.jar \
 && java -Djarmode=tools -jar leadhub.jar extract --layers --destination layers

FROM eclipse-temurin:17-jre
# Letters for what stands below a QR code: Latin, Cyrillic, Thai.
RUN apt-get update \
 && apt-get install -y --no-install-recommends fontconfig fonts-dejavu-core fonts-thai-tlwg \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin leadhub
WORKDIR /app
# What changes least comes first.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
# The two that an operator may mount over.
COPY application.yaml ./
COPY routes routes
# Webhooks that came while the database was away wait here: give it a volume.
RUN install -d -o leadhub -g leadhub -m 700 /data
ENV HUB_DATA_DIR=/data
VOLUME /data
USER leadhub
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError"
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["bash", "-c", "wget -qO /dev/null http://127.0.0.1:${SERVER_PORT:-8080}/actuator/health/readiness"]
# Work in hand is finished first: give it 45 seconds (docker stop --time 45).
STOPSIGNAL SIGTERM
CMD ["java", "-jar", "leadhub.jar"]
