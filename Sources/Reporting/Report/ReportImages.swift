import FoundationEssentials

extension Report {
    /// The features of images in two dimensions.
    func featureMap() -> Page.Section? {
        guard let map = record.featureMap, let drawn = page.place(of: "map", "CLIP's features of test images") else { return nil }
        let names = record.classNames.indices.map {
            """
            <li><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill="\(ClassColor($0).hex)"/></svg>\
            \(name($0))</li>
            """
        }
        let options = record.classNames.indices.map { "<option value=\"\($0)\">\(name($0))</option>" }
        let crosses = map.labels.contains { $0 >= 0 } ? ", crosses are predictions that are wrong" : ""
        return .init(
            "map", "Feature map",
            [
                """
                <p>CLIP's features of \(Self.count(map.predicted.count)) images, laid out by t-SNE so that images that CLIP finds
                alike lie together. By predicted class\(crosses).</p>
                """,
                """
                <label class="filter scripted">Only <select id="map-class"><option value="">all classes</option>\(options.joined())\
                </select></label>
                """,
                drawn,
                "<details><summary>Colours of the classes</summary><ul class=\"legend\">\(names.joined())</ul></details>",
            ])
    }

    /// Classes that the page has images of.
    var shownClasses: Set<Int> {
        Set(
            record.galleries.indices.filter {
                !record.galleries[$0].pseudolabeled.isEmpty || !record.galleries[$0].mistakes.isEmpty
            })
    }

    func leastSure() -> Page.Section? {
        guard !record.leastSure.isEmpty else { return nil }
        return .init(
            "least-sure", "Least sure images",
            [
                "<p>The images for which the two most probable classes are closest.</p>",
                "<div class=\"images\">\(record.leastSure.map(image).joined())</div>",
            ])
    }

    /// The images themselves, class by class, the worst first.
    func galleries() -> Page.Section? {
        let shown = byAccuracy.filter(shownClasses.contains)
        guard !shown.isEmpty else { return nil }
        let classes = shown.enumerated().map { place, label in
            let gallery = record.galleries[label]
            let rows = [("pseudolabeled", gallery.pseudolabeled), ("worst mistakes", gallery.mistakes)]
                .filter { !$0.1.isEmpty }
                .map { "<p class=\"note\">\($0)</p><div class=\"images\">\($1.map(image).joined())</div>" }
            let accuracy = record.evaluation?.adapted.perClass[label].map { ", \(Self.percent($0)) %" } ?? ""
            return """
                <details id="class-\(label)" data-class="\(label)"\(place == 0 ? " open=\"\"" : "")>\
                <summary><span class="name">\(name(label))</span>\(accuracy)</summary>
                \(rows.joined(separator: "\n"))</details>
                """
        }
        let isKnown = record.galleries.contains { $0.pseudolabeled.contains { $0.isRight != nil } }
        return .init(
            "images", "Images",
            [
                """
                <p>For each class the surest of the images that were pseudolabeled as it\(isKnown ? " (framed where the pseudolabel "
                    + "is wrong)" : "")\(record.evaluation == nil ? "" : ", and the test images of it that \(method) is most sure to "
                    + "be of another class; the class with the lowest accuracy first").</p>
                """,
                HTML.filter("galleries"), "<div id=\"galleries\">\(classes.joined(separator: "\n"))</div>",
            ])
    }

    private func image(_ thumbnail: RunRecord.Thumbnail) -> String {
        let (path, caption) = (HTML.escaped(thumbnail.path), HTML.escaped(thumbnail.caption))
        let alternative = path + (caption.isEmpty ? "" : ": \(caption)")
        let data = Data(thumbnail.jpeg).base64EncodedString()
        return """
            <figure\(thumbnail.isRight == false ? " class=\"wrong\"" : "")>\
            <button type="button" class="thumb" title="\(path)"><img src="data:image/jpeg;base64,\(data)" \
            width="\(thumbnail.width)" height="\(thumbnail.height)" alt="\(alternative)" data-path="\(path)"/></button>\
            \(caption.isEmpty ? "" : "<figcaption>\(caption)</figcaption>")</figure>
            """
    }
}
