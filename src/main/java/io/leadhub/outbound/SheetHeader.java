package io.leadhub.outbound;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.sheets.v4.model.ValueRange;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Remembers, until the next start, that the sheet has its header row; and packs rows for Google.
 */
@Component("sheetHeader")
public class SheetHeader {

  private final ObjectMapper json;
  private volatile boolean known;

  SheetHeader(ObjectMapper json) {
    this.json = json;
  }

  public boolean isKnown() {
    return known;
  }

  public void seen() {
    known = true;
  }

  /**
   * @param rows an array of arrays of cells
   */
  public ValueRange rows(JsonNode rows) {
    return new ValueRange()
        .setValues(json.convertValue(rows, new TypeReference<List<List<Object>>>() {}));
  }
}
