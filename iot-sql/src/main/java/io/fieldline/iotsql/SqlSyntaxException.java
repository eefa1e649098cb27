// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

/// A statement that cannot be parsed: where, and what was expected there. The message holds the
/// line in question with a caret under the place.
public final class SqlSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;
  private final int column;

  /// @param offset index into `sql` of the first wrong character
  public SqlSyntaxException(String sql, int offset, String problem) {
    this(problem, Place.of(sql, offset));
  }

  private SqlSyntaxException(String problem, Place place) {
    super(
        problem
            + " at line "
            + place.line()
            + ", column "
            + place.column()
            + "\n"
            + place.text()
            + "\n"
            + " ".repeat(place.column() - 1)
            + "^");
    this.problem = problem;
    this.line = place.line();
    this.column = place.column();
  }

  /// What was wrong, without the place.
  public String problem() {
    return problem;
  }

  /// From 1.
  public int line() {
    return line;
  }

  /// From 1.
  public int column() {
    return column;
  }

  private record Place(int line, int column, String text) {
    static Place of(String sql, int offset) {
      int at = Math.min(offset, sql.length());
      int start = sql.lastIndexOf('\n', at - 1) + 1;
      int end = sql.indexOf('\n', at);
      int line = 1 + (int) sql.substring(0, start).chars().filter(c -> c == '\n').count();
      return new Place(line, at - start + 1, sql.substring(start, end < 0 ? sql.length() : end));
    }
  }
}
