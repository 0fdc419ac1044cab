package io.leadhub.web;

import io.leadhub.channel.Channels;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/channels")
@Tag(name = "Channels")
class ChannelsApi {

  private final Channels channels;

  ChannelsApi(Channels channels) {
    this.channels = channels;
  }

  @GetMapping
  @Operation(
      summary =
          "Each provider: is our token good, when was it last heard of, how does it rate our"
              + " numbers, is one of them silent")
  Page<Channels.Account> list() {
    return new Page<>(channels.all(), null);
  }
}
