import EspalierStudy
import Foundation
import Testing

@testable import EspalierReport

/// The same small study in every form, letter by letter.
@Suite struct TableFilesTests {
  private static let table = ReportTable(
    title: "MAE of a_b | 50 %",
    columns: [.words("data set"), .numbers("MAE [µg/m³]")],
    rows: [
      [ReportTable.Cell("a_b"), ReportTable.Cell("1.5 ± 0.2", isBest: true, isBeaten: true)],
      [ReportTable.Cell("<c>"), ReportTable.Cell("-2")], [ReportTable.Cell("d--e & f"), .missing],
    ], notes: [.strong("Note: "), .text("5 % of "), .code("a`b"), .text(".")],
    sources: [RowSource(.results, ["grid": "it's"])])
  private static let document: ReportDocument = {
    var table = Self.table
    table.groupStarts = [0, 2]
    return ReportDocument(
      title: "A *study*", sections: [ReportSection(id: "x", title: "Part", blocks: [.table(table), .verbatim("{}")])])
  }()

  @Test func markdown() {
    #expect(
      MarkdownRenderer(store: "s.sqlite").text(Self.document) == #"""
        # A \*study\*

        ## Part

        **MAE of a\_b \| 50 %**

        | data set | MAE \[µg/m³\] |
        | --- | ---: |
        | a\_b | **1.5 ± 0.2**\*† |
        | \<c\> | -2 |
        | d--e &amp; f | – |

        **Note:** 5 % of ``a`b``. Rows: `espalier study sql s.sqlite results --where 'grid=it'\''s'`

        ```
        {}
        ```

        """#)
  }

  @Test func latex() {
    #expect(
      LaTeXRenderer(store: "s.sqlite").text(Self.document) == #"""
        % Tables of the study "A *study*".
        % \usepackage{booktabs,longtable,textcomp}

        % Part

        % Rows: espalier study sql s.sqlite results --where 'grid=it'\''s'
        \begin{longtable}{lr}
        \caption{MAE of a\_b \textbar{} 50 \%. \textbf{Note: }5 \% of \texttt{a`b}.}\\
        \toprule
        data set & MAE [\textmu{}g/m\textsuperscript{3}] \\
        \midrule
        \endfirsthead
        \toprule
        data set & MAE [\textmu{}g/m\textsuperscript{3}] \\
        \midrule
        \endhead
        a\_b & \textbf{1.5 $\pm$ 0.2}*\textdagger{} \\
        \textless{}c\textgreater{} & $-$2 \\
        \midrule
        d-{}-e \& f & \textendash{} \\
        \bottomrule
        \end{longtable}

        """#)
  }

  @Test func csv() throws {
    let records = SmallStudy.records([(7, "a,\"b\"", [1, 1]), (7, "none", [])], naive: (3, 4))
    #expect(
      ResultsCSV(records, level: 0.95).text() == """
        grid,dataset,evaluation,model,lookback,horizon,method,candidate,planned,runs,mae_mean,mae_low,mae_high,mae_sd,\
        rmse_mean,rmse_low,rmse_high,rmse_sd,mase_mean,mase_low,mase_high,mase_sd,smape_mean,smape_low,smape_high,\
        smape_sd,r2_mean,r2_low,r2_high,r2_sd,sparsity_mean,seconds_mean,memory_bytes_mean
        main,load,strict,lstm,7,1,"a,""b""\",,2,2,1.0,1.0,1.0,0.0,2.0,2.0,2.0,0.0,,,,,10.0,10.0,10.0,0.0,0.9,0.9,0.9,\
        0.0,0.75,2.0,1048576.0
        main,load,strict,lstm,7,1,none,,2,0,,,,,,,,,,,,,,,,,,,,,,,
        ,load,strict,,7,1,last value,,,,3.0,,,,6.0,,,,,,,,10.0,,,,0.7,,,,,,
        ,load,strict,,7,1,seasonal naive,,,,4.0,,,,8.0,,,,,,,,10.0,,,,0.6,,,,,,

        """)
  }

  /// The interval of 1 and 3 is 2 ± tan (0.475 pi), Student's quantile for one degree of freedom.
  @Test func csvHasIntervals() throws {
    let lines = ResultsCSV(SmallStudy.records([(7, "a", [1, 3])]), level: 0.95).text().split(separator: "\n")
    let fields = lines[1].split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    // After the look-back, horizon, planned and finished runs.
    for (field, expected) in zip(
      fields.dropFirst(4), [2, 2 - tan(0.475 * .pi), 2 + tan(0.475 * .pi), 2.0.squareRoot()])
    {
      #expect(abs(field - expected) < 1e-12)
    }
  }
}
