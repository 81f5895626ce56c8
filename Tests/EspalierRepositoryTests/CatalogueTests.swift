import Foundation
import Testing

/// The DocC catalogue leads to everything that is public.
@Suite struct CatalogueTests {
  /// A type that no page of the catalogue names would stand in an alphabetic list at the end, where nobody looks for it.
  @Test func everyPublicTypeHasAPlaceInTheCatalogue() throws {
    let pages = try MarkdownPage.all().filter(\.isInCatalogue)
    let named = Set(pages.flatMap(\.names))
    let declaration = /^public (?:final )?(?:class|struct|enum|protocol|actor) (\w+)/
    var count = 0
    for source in try Repository.sources() where source.folder != "EspalierCommand" && source.folder != "espalier" {
      for line in source.lines {
        guard let match = line.firstMatch(of: declaration) else { continue }
        count += 1
        #expect(
          named.contains(String(match.1)),
          "\(source): name \(match.1) under Topics of a page in Sources/Espalier/Espalier.docc.")
      }
    }
    #expect(count > 200)
  }
}

extension MarkdownPage {
  /// What is named as code within sentences and lists, links to symbols included.
  fileprivate var names: [String] {
    text.matches(of: /`([\w.():]+)`/).map { String($0.1) }
  }
}
