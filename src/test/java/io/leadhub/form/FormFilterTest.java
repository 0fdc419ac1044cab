package io.leadhub.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class FormFilterTest {

  /** The server reads a body for its parameters unless somebody has asked for the stream. */
  @Test
  void theServerIsKeptFromReadingABodyThatIsTooLarge() throws Exception {
    MockHttpServletRequest request = spy(new MockHttpServletRequest("POST", "/form/HOTEL1"));
    request.setServletPath("/form/HOTEL1");
    request.setContent(new byte[70_000]);

    new FormFilter(mock(CamelContext.class))
        .doFilter(request, new MockHttpServletResponse(), new MockFilterChain());

    verify(request).getInputStream();
    assertThat(Submission.in(request).tooLarge()).isTrue();
  }
}
