package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every relative link in the Markdown files leads to a file that is there, and to its heading. */
class DocLinksTest {

  private static final Set<String> NOT_OURS = Set.of("target", "data", ".git", "node_modules");

  /** {@code [text](target)}, {@code ![alt](target "title")} and {@code src="target"}. */
  private static final Pattern LINK =
      Pattern.compile("]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)|(?:src|href|srcset)=\"([^\"]+)\"");

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<Path> documents = markdown(Path.of(""));
    assertThat(documents).contains(Path.of("README.md"));
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      String text = FENCED.matcher(Files.readString(document)).replaceAll("");
      for (MatchResult link : LINK.matcher(text).results().toList()) {
        String target = link.group(1) == null ? link.group(2) : link.group(1);
        if (!target.matches("[a-z]+:.*") && !exists(document, target)) {
          broken.add(document + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean exists(Path document, String target) throws IOException {
    String file = target.replaceAll("#.*", "");
    Path path =
        file.isEmpty() ? document : document.toAbsolutePath().resolveSibling(file).normalize();
    if (!Files.exists(path)) {
      return false;
    }
    int hash = target.indexOf('#');
    return hash < 0 || anchors(Files.readString(path)).contains(target.substring(hash + 1));
  }

  /** As GitHub names headings. */
  private static Set<String> anchors(String text) {
    return HEADING
        .matcher(FENCED.matcher(text).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{M}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static List<Path> markdown(Path root) throws IOException {
    try (Stream<Path> files =
        Files.find(root, 6, (path, attributes) -> attributes.isRegularFile())) {
      return files
          .filter(path -> path.toString().endsWith(".md"))
          .filter(path -> NOT_OURS.stream().noneMatch(name -> path.startsWith(name)))
          .toList();
    }
  }
}
