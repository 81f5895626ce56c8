/// The page's own script: it draws charts to fit width and colour scheme, and lists their data on request.
enum PageScript {
  static let source = """
    "use strict";
    (() => {
      const figures = [...document.querySelectorAll("figure.chart")];
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const specification = figure => JSON.parse(figure.querySelector("script[type='application/json']").textContent);

      // Data of a chart as a table, made when someone wants to see it.
      const list = figure => {
        const place = figure.querySelector(".data .scroll");
        if (place.firstChild) return;
        const rows = specification(figure).data.values;
        const table = document.createElement("table");
        const line = (parent, cells, name) => {
          const row = parent.insertRow();
          for (const cell of cells) {
            const field = document.createElement(name);
            field.textContent = cell ?? "–";
            if (typeof cell === "number") field.className = "n";
            row.append(field);
          }
        };
        line(table.createTHead(), Object.keys(rows[0] ?? {}), "th");
        const body = table.createTBody();
        for (const row of rows) line(body, Object.values(row), "td");
        place.append(table);
      };
      for (const figure of figures) {
        const data = figure.querySelector("details.data");
        if (data.open) list(figure);
        data.addEventListener("toggle", () => { if (data.open) list(figure); });
      }
      if (!window.vegaEmbed) return;

      const theme = () => {
        const style = getComputedStyle(document.documentElement);
        const [page, ink, faint, line] = ["page", "ink", "faint", "line"].map(n => style.getPropertyValue("--" + n).trim());
        const font = getComputedStyle(document.body).fontFamily;
        return {
          background: page, font, view: {stroke: line},
          axis: {labelColor: ink, titleColor: ink, gridColor: line, domainColor: faint, tickColor: faint,
            labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal", gridOpacity: 0.6},
          legend: {labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
            symbolSize: 90, symbolStrokeWidth: 2, labelLimit: 220},
          header: {labelColor: ink, titleColor: ink},
          text: {color: ink, fontSize: 12}, rule: {color: ink}, title: {color: ink}
        };
      };

      // Panels stand side by side where each gets 260 pixels; names of rows on the left take room from all of them.
      const fit = (spec, width) => {
        const config = theme();
        config.legend.orient = "bottom";
        config.legend.columns = Math.max(1, Math.floor(width / 190));
        if (!spec.facet) return {spec, config};
        const panels = new Set(spec.data.values.map(row => row[spec.facet.field])).size;
        const layers = spec.spec.layer;
        const rows = layers[0].encoding.y;
        let names = 0;
        if (rows.type === "nominal") {
          const longest = 7 * Math.max(...spec.data.values.map(row => String(row[rows.field]).length));
          names = Math.floor(Math.min(rows.axis.labelLimit, longest, width * 0.35));
          for (const layer of layers) if (layer.encoding.y) layer.encoding.y.axis.labelLimit = names;
        }
        const sharesY = spec.resolve.scale.y === "shared";
        const edge = names || sharesY ? 20 : 72;
        const most = Math.max(1, Math.min(panels, 3, Math.floor((width - names) / 260)));
        // Rows of panels are of one length where that works out: 2 and 2 rather than 3 and 1.
        const columns = Math.ceil(panels / Math.ceil(panels / most));
        spec.columns = columns;
        spec.bounds = "flush";
        spec.spacing = {column: edge, row: 78};
        spec.spec.width = Math.max(150, Math.floor((width - (names || 60) - 24 + edge) / columns - edge));
        return {spec, config};
      };

      const draw = async figure => {
        const view = figure.querySelector(".view");
        const width = view.clientWidth;
        if (!width) return;
        const {spec, config} = fit(specification(figure), width);
        figure.vega?.finalize();
        // Read from the colours in use: a page that is being printed is light whatever the reader's scheme.
        figure.dataset.scheme = config.background === "#fff" ? "light" : "dark";
        figure.dataset.width = width;
        figure.vega = await vegaEmbed(view, spec, {
          config, renderer: "svg", ast: true, downloadFileName: figure.id, tooltip: {theme: figure.dataset.scheme},
          actions: {export: true, source: true, compiled: false, editor: false}
        });
      };

      // One drawing at a time; a new reason to draw overtakes the old one.
      let wanted = 0;
      const drawAll = async () => {
        const mine = ++wanted;
        for (const figure of figures) {
          await new Promise(next => setTimeout(next));
          if (mine !== wanted) return;
          await draw(figure);
        }
        document.documentElement.dataset.drawn = figures.length;
      };
      dark.addEventListener("change", drawAll);
      addEventListener("afterprint", drawAll);
      let pause;
      let width = document.documentElement.clientWidth;
      addEventListener("resize", () => {
        if (document.documentElement.clientWidth === width) return;
        width = document.documentElement.clientWidth;
        clearTimeout(pause);
        pause = setTimeout(drawAll, 200);
      });
      drawAll();
    })();
    """
}
