// The buttons in WPS, for where its VBA is missing: as the macro does (macros/vba), a press saves a copy into a job folder,
// starts Python (which hands over to a running `jixiao serve`), reads the result file and carries it out on the open
// workbook. Every word comes from the workbook's own sheet of texts. Before this stands JIXIAO, written by the installer.
/* exported OnAddinLoad, OnAction */
(function (root) {
  "use strict";

  const LOCAL = { walk: walk, prev: prev, next: next, explain: explain, help: help }; // done here, without Python
  const EVERY = 100; // milliseconds between two looks for the result
  const STARTS = 30; // seconds within which a program that was started shows that it runs
  const MANUAL = -4135;
  const ALLOWED = ["FormattingCells", "FormattingColumns", "FormattingRows", "InsertingColumns", "InsertingRows",
    "InsertingHyperlinks", "DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables"];

  let busy = false;
  let served = false; // whether the service has been asked for
  let place = 0; // the finding that was walked to last

  // --- the workbook ------------------------------------------------------------------------------------------------

  // what WPS offers beside the workbook, in older releases by `wps`, in newer ones by the application itself
  function host(name) { return root.wps && root.wps[name] ? root.wps[name] : root.Application[name]; }

  function app() { return root.Application || root.wps.EtApplication(); }

  function sheetOf(book, name) {
    for (let n = 1; n <= book.Worksheets.Count; n += 1) {
      if (book.Worksheets.Item(n).Name === name) return book.Worksheets.Item(n);
    }
    return null;
  }

  // the words of a workbook of ours; null where the open one is none
  function textsOf(book) {
    const sheet = sheetOf(book, root.JIXIAO.texts);
    if (!sheet) return null;
    const out = {};
    sheet.Range("A1:B400").Value2.forEach(function (row) {
      if (row[0]) out[row[0]] = row[1] === null || row[1] === undefined ? "" : String(row[1]);
    });
    return out;
  }

  function words(texts, key, slot) { return (texts[key] || key).replace("{0}", slot === undefined ? "" : slot); }

  // a place that the texts name ("sheet!cell"): its sheet, null where that is gone, and its address
  function spotOf(book, texts, key) {
    const spot = texts[key] || "";
    const cut = spot.lastIndexOf("!");
    return { sheet: sheetOf(book, spot.slice(0, cut)), cell: spot.slice(cut + 1) };
  }

  function pathIn(book, texts, key) {
    const spot = spotOf(book, texts, key);
    const value = spot.sheet ? spot.sheet.Range(spot.cell).Value2 : "";
    return value === null || value === undefined ? "" : String(value).trim();
  }

  function tell(book, texts, message) {
    const spot = spotOf(book, texts, "cell.status");
    if (!spot.sheet) return;
    const kept = opened(spot.sheet);
    try { spot.sheet.Range(spot.cell).Value2 = "'" + message; } finally { closed(spot.sheet, kept); }
  }

  function report(book, texts, message) {
    try { tell(book, texts, message); } catch (error) { /* the message itself is shown below */ }
    root.alert(message);
  }

  // takes protection off a sheet; what puts it back as it was, null where there was none
  function opened(sheet) {
    if (!sheet.ProtectContents) return null;
    const before = ALLOWED.map(function (name) { return sheet.Protection["Allow" + name]; });
    sheet.Unprotect();
    if (sheet.ProtectContents) throw new Refusal("fail.password", sheet.Name);
    return before;
  }

  function closed(sheet, kept) {
    if (kept) sheet.Protect.apply(sheet, ["", true, true, true, false].concat(kept));
  }

  function tablesOf(book) {
    const out = [];
    for (let n = 1; n <= book.Worksheets.Count; n += 1) {
      const sheet = book.Worksheets.Item(n);
      for (let m = 1; m <= sheet.ListObjects.Count; m += 1) out.push({ sheet: sheet, table: sheet.ListObjects.Item(m) });
    }
    return out;
  }

  // what tells rows apart, so that none is written where another lies by now
  function rowKeys(book) {
    return tablesOf(book).map(function (entry) {
      const values = entry.table.Range.Value2;
      return entry.table.Name + "\n" + values.map(function (row) { return row.slice(0, 4).join("\t"); }).join("\n");
    }).join("\n\n");
  }

  function Refusal(key, slot) { this.key = key; this.slot = slot; }

  function worded(texts, error) {
    return error instanceof Refusal ? words(texts, error.key, error.slot) : words(texts, "fail.macro", said(error));
  }

  // --- a press -----------------------------------------------------------------------------------------------------

  function press(verb) {
    const book = app().ActiveWorkbook;
    const texts = book ? textsOf(book) : null;
    if (!texts) { root.alert("打开的不是绩效自评的工作簿：请打开总表，或单位自己的工作簿"); return; }
    if (busy) return;
    if (LOCAL[verb]) {
      try { LOCAL[verb](book, texts); } catch (error) { report(book, texts, worded(texts, error)); }
      return;
    }
    if (book.ReadOnly && verb !== "export") { report(book, texts, words(texts, "fail.readonly")); return; }
    if (!files().ReadFileAsArrayBuffer || !files().mkdirSync) {
      report(book, texts, "这一版 WPS 太旧，加载项用不了：请升级 WPS，或用网页（jixiao serve）、“全审（拖放）”");
      return;
    }
    busy = true;
    let job = "";
    try {
      const asked = request(verb, book, texts);
      job = newJob();
      app().StatusBar = words(texts, "status.saving", texts["verb." + verb]);
      book.SaveCopyAs(join(job, "book.xlsm"));
      const keys = rowKeys(book);
      files().writeFileString(join(job, "request.txt"), asked);
      start(texts, "macros.buttons " + verb + ' "' + job + '"');
      await_(job, verb, Date.now(), book, texts, keys);
    } catch (error) {
      over(job, true);
      report(book, texts, worded(texts, error));
    }
  }

  // has WPS start Python, which says nothing of whether it did
  function start(texts, what) {
    let assist = null;
    try { assist = host("OAAssist"); } catch (error) { /* there is none */ }
    if (!assist || !assist.ShellExecute) throw new Refusal(unstarted());
    try { assist.ShellExecute(python(texts), "-P -X utf8 -m " + what); } catch (error) { throw new Refusal(unstarted()); }
  }

  // what to do where WPS starts no program: the page that a double click opens does the same
  function unstarted() {
    return "WPS 没有让加载项启动程序，这一步没有做，工作簿没有改动。请双击「" +
      (root.JIXIAO.starter || "绩效自评（网页）") + "」，把保存好的这本工作簿拖进打开的网页里审；" +
      "要让按钮能用，请管理员在 WPS 和安全软件里允许加载项启动 Python";
  }

  // the service answers the next press without Python being loaded anew; it ends by itself when nobody uses it
  function keepServed(texts) {
    if (served) return;
    served = true;
    try { start(texts, "workbook serve --no-browser --if-none"); } catch (error) { /* the next press is as this one was */ }
  }

  function said(error) { return error && error.message ? error.message : String(error); }

  function files() { return host("FileSystem"); }

  function join(folder, name) { return folder + (folder.indexOf("\\") >= 0 ? "\\" : "/") + name; }

  function newJob() {
    const base = files().tmpdir().replace(/[\\/]$/, "");
    const job = join(base, "jixiao-" + Date.now() + "-" + Math.floor(Math.random() * 1e9));
    if (files().mkdirSync(job, 448) === false || !files().existsSync(job)) throw new Error(base); // 0700
    return job;
  }

  // where Python is: what the workbook or the installer says, else where the installer for clerks puts it, if it is there
  function python(texts) {
    const home = host("Env").GetHomePath().replace(/[\\/]$/, "");
    const given = [texts.python, root.JIXIAO.python, home + "\\AppData\\Local\\jixiao\\env\\Scripts\\pythonw.exe",
      home + "/.local/share/jixiao/env/bin/python"].filter(function (path) { return path && files().existsSync(path); });
    return given[0] || root.JIXIAO.python || "python3";
  }

  function request(verb, book, texts) {
    const path = texts["ask." + verb] ? pathIn(book, texts, "cell." + verb) : "";
    return (path ? "path\t" + escaped(path) + "\r\n" : "") +
      (verb === "adopt" ? "key\t" + escaped(keyAtHand(book, texts)) + "\r\n" : "") +
      "book\t" + escaped(String(book.FullName)) + "\r\n";
  }

  function escaped(text) {
    return text.replace(/[^ -~]|\\/g, function (char) { return "\\u" + ("000" + char.charCodeAt(0).toString(16)).slice(-4).toUpperCase(); });
  }

  function await_(job, verb, begun, book, texts, keys) {
    const limit = Number(texts["limit." + verb] || texts.limit || 600);
    const seconds = Math.floor((Date.now() - begun) / 1000);
    if (files().existsSync(join(job, "result.txt"))) {
      finish(job, book, texts, keys);
    } else if (seconds >= STARTS && !files().existsSync(join(job, "log.txt"))) {
      over(job, true);
      report(book, texts, unstarted());
    } else if (seconds > limit) {
      over(job, false);
      report(book, texts, words(texts, "fail.timeout", String(limit)));
    } else {
      app().StatusBar = words(texts, "status.working", texts["verb." + verb]) + " " + seconds + " / " + limit;
      root.setTimeout(function () {
        try { await_(job, verb, begun, book, texts, keys); } catch (error) {
          over(job, true);
          report(book, texts, worded(texts, error));
        }
      }, EVERY);
    }
  }

  function over(job, remove) {
    busy = false;
    app().StatusBar = false;
    if (!job || !remove) return;
    ["request.txt", "result.txt", "book.xlsm", "log.txt", "traceback.txt"].forEach(function (name) {
      try { if (files().existsSync(join(job, name))) files().unlinkSync(join(job, name)); } catch (error) { /* the next clean-up of the system */ }
    });
    try { files().rmdirSync(job); } catch (error) { /* likewise */ }
  }

  function finish(job, book, texts, keys) {
    const result = taken(decoded(files().ReadFileAsArrayBuffer(join(job, "result.txt"))));
    let problem = "";
    if (!result) {
      over(job, false);
      report(book, texts, words(texts, "fail.result", join(job, "result.txt")));
      return;
    }
    over(job, result.state !== "failed");
    if (result.state === "failed") { report(book, texts, result.message); return; }
    if (result.state === "ok") {
      problem = missing(book, texts, result.steps) || (rowKeys(book) === keys ? "" : words(texts, "fail.changed"));
      if (!problem) {
        try { carryOut(book, texts, result.steps); } catch (error) {
          problem = error instanceof Refusal ? words(texts, error.key, error.slot) : words(texts, "fail.write", said(error));
        }
      }
    }
    if (problem) report(book, texts, problem); else tell(book, texts, result.message);
    keepServed(texts);
  }

  // --- the result --------------------------------------------------------------------------------------------------

  function decoded(buffer) {
    const units = new Uint16Array(buffer);
    let out = "";
    for (let from = 0; from < units.length; from += 8192) {
      out += String.fromCharCode.apply(null, Array.prototype.slice.call(units, from, from + 8192));
    }
    return out;
  }

  function plain(text) {
    const kinds = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
    return text.replace(/\\([tnr\\])/g, function (_, kind) { return kinds[kind]; });
  }

  function valueOf(piece) {
    if (piece.charAt(0) === "n") return Number(piece.slice(1));
    return piece ? plain(piece.slice(1)) : null;
  }

  // a result file taken apart: state, message, steps; null where it is not whole
  function taken(content) {
    const lines = content.split("\r\n");
    while (lines.length && !lines[lines.length - 1]) lines.pop();
    if (lines.length < 4 || lines[0] !== "jixiao 1" || lines[lines.length - 1] !== "end") return null;
    const out = { state: lines[1].split("\t")[1], message: plain(lines[2].split("\t")[1] || ""), steps: [] };
    let row = 3;
    while (row < lines.length - 1) {
      const parts = lines[row].split("\t");
      row += 1;
      if (parts[0] === "table") {
        out.steps.push({ kind: "table", table: parts[1], rows: Number(parts[2]) });
      } else if (parts[0] === "look") {
        out.steps.push({ kind: "look", sheet: plain(parts[1]), row: Number(parts[2]), column: Number(parts[3]), pieces: parts[4] });
      } else {
        const high = Number(parts[4]);
        const wide = Number(parts[5]);
        const cells = lines.slice(row, row + high).map(function (line) {
          const pieces = line.split("\t");
          while (pieces.length < wide) pieces.push("");
          return pieces.slice(0, wide).map(valueOf);
        });
        out.steps.push({ kind: parts[0], sheet: plain(parts[1]), row: Number(parts[2]), column: Number(parts[3]), cells: cells });
        row += high;
      }
    }
    return out;
  }

  function missing(book, texts, steps) {
    const tables = tablesOf(book).map(function (entry) { return entry.table.Name; });
    for (let n = 0; n < steps.length; n += 1) {
      if (steps[n].sheet && !sheetOf(book, steps[n].sheet)) return words(texts, "fail.sheet", steps[n].sheet);
      if (steps[n].table && tables.indexOf(steps[n].table) < 0) return words(texts, "fail.table", steps[n].table);
    }
    return "";
  }

  function carryOut(book, texts, steps) {
    const held = app();
    const calculation = held.Calculation;
    const front = book.ActiveSheet;
    const kept = [];
    held.ScreenUpdating = false;
    held.EnableEvents = false;
    held.Calculation = MANUAL;
    try {
      touched(book, steps).forEach(function (sheet) {
        kept.push([sheet, opened(sheet)]);
        shown(sheet);
      });
      steps.forEach(function (step) { carry(book, texts, step); });
    } finally {
      kept.forEach(function (entry) { closed(entry[0], entry[1]); });
      held.EnableEvents = true;
      held.Calculation = calculation;
      front.Activate();
      held.ScreenUpdating = true;
    }
  }

  function touched(book, steps) {
    const names = {};
    steps.forEach(function (step) { if (step.sheet) names[step.sheet] = true; });
    tablesOf(book).forEach(function (entry) {
      if (steps.some(function (step) { return step.table === entry.table.Name; })) names[entry.sheet.Name] = true;
    });
    return Object.keys(names).map(function (name) { return sheetOf(book, name); });
  }

  // a filter that hides rows would have them written past
  function shown(sheet) {
    if (sheet.FilterMode) sheet.ShowAllData();
    for (let n = 1; n <= sheet.ListObjects.Count; n += 1) {
      const table = sheet.ListObjects.Item(n);
      if (table.ShowAutoFilter && table.AutoFilter.FilterMode) table.AutoFilter.ShowAllData();
    }
  }

  function letters(column) {
    let out = "";
    for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) out = String.fromCharCode(65 + (rest - 1) % 26) + out;
    return out;
  }

  function area(row, column, high, wide) {
    return letters(column) + row + ":" + letters(column + wide - 1) + (row + high - 1);
  }

  function carry(book, texts, step) {
    if (step.kind === "table") { resize(book, texts, step.table, step.rows); return; }
    const sheet = sheetOf(book, step.sheet);
    if (step.kind === "look") {
      try { dress(sheet.Range(letters(step.column) + step.row), step.pieces); } catch (error) { /* a look that fails costs no content */ }
      return;
    }
    const target = sheet.Range(area(step.row, step.column, step.cells.length, step.cells[0].length));
    if (step.kind === "formulas") target.Formula = step.cells; else target.Value2 = step.cells;
  }

  function resize(book, texts, name, rows) {
    const entry = tablesOf(book).filter(function (one) { return one.table.Name === name; })[0];
    const table = entry.table;
    const before = table.ListRows.Count;
    const after = Math.max(rows, 1);
    const top = table.Range.Row;
    const side = table.Range.Column;
    const wide = table.Range.Columns.Count;
    if (before !== after) table.Resize(entry.sheet.Range(area(top, side, after + 1, wide)));
    if (before < after && texts["high." + name]) { // the rows that it gains are as high as its first one
      entry.sheet.Range(area(top + before + 1, side, after - before, wide)).RowHeight = entry.sheet.Range(area(top + 1, side, 1, 1)).RowHeight;
    }
    if (before > rows) entry.sheet.Range(area(top + rows + 1, side, before - rows, wide)).ClearContents();
  }

  function dress(target, pieces) {
    pieces.split(";").forEach(function (piece) {
      const numbers = piece.split(",").map(Number);
      const font = target.Characters(numbers[0], numbers[1]).Font;
      font.Color = numbers[2];
      font.Bold = numbers[3] === 1;
      font.Underline = numbers[4];
    });
  }

  // --- from finding to finding -------------------------------------------------------------------------------------

  function findings(book, texts) {
    const sheet = sheetOf(book, texts["sheet.findings"]);
    const top = Number(texts["findings.top"]);
    if (!sheet) throw new Refusal("fail.sheet", texts["sheet.findings"]);
    const heads = sheet.Range("A" + top + ":BH" + top).Value2[0];
    const at = {};
    ["key", "status", "rule", "explanation", "message", "unit", "level", "id"].forEach(function (name) {
      at[name] = heads.indexOf(texts["head." + name]);
      if (at[name] < 0) throw new Refusal("fail.head", texts["sheet.findings"]);
    });
    const rows = [];
    const values = sheet.Range("A" + (top + 1) + ":BH" + (top + 5000)).Value2;
    for (let n = 0; n < values.length && values[n][at.rule]; n += 1) rows.push(values[n]);
    if (!rows.length) throw new Refusal("next.unchecked");
    return { sheet: sheet, top: top, at: at, rows: rows };
  }

  // to the view of a department, at the first finding that asks for something
  function walk(book, texts) {
    const list = findings(book, texts);
    const row = openFrom(list, texts, 1, 1);
    if (!row) throw new Refusal("next.none");
    show(book, texts, list, row);
  }

  function next(book, texts) { step(book, texts, 1); }

  function prev(book, texts) { step(book, texts, -1); }

  // to the cell of the next open finding, or the one before; in the view of a department to that one there
  function step(book, texts, direction) {
    const list = findings(book, texts);
    const here = onFindings(book, list);
    let first = here && here !== place ? here : place + direction;
    if (inView(book, texts)) first = inViewRow(book, texts, list) + direction;
    const row = openFrom(list, texts, first, direction) ||
      openFrom(list, texts, direction > 0 ? 1 : list.rows.length, direction);
    if (!row) { place = 0; throw new Refusal("next.none"); }
    if (inView(book, texts)) show(book, texts, list, row); else goTo(book, list, row);
  }

  // the first finding from a row on that is open, has a cell to go to and is not hidden by a filter; 0 where none
  function openFrom(list, texts, first, direction) {
    const settled = [texts["status.explained"], texts["status.remark"], texts["status.changed"]];
    for (let row = direction > 0 ? Math.max(first, 1) : first; row >= 1 && row <= list.rows.length; row += direction) {
      const found = list.rows[row - 1];
      const open = found[list.at.key] && settled.indexOf(found[list.at.status]) < 0;
      if (open && !list.sheet.Range("A" + (list.top + row)).EntireRow.Hidden) return row;
    }
    return 0;
  }

  function goTo(book, list, row) {
    const target = cellOf(list, row);
    const cut = target.lastIndexOf("!");
    const sheet = sheetOf(book, target.slice(0, cut));
    if (!sheet) throw new Refusal("fail.sheet", target.slice(0, cut));
    sheet.Activate();
    sheet.Range(target.slice(cut + 1)).Select();
    at_(list, row);
  }

  function at_(list, row) {
    const found = list.rows[row - 1];
    place = row;
    app().StatusBar = row + "/" + list.rows.length + "  " + found[list.at.rule] + "  " + found[list.at.message];
  }

  // "sheet!cell" of a finding, whose key is "sheet!cell|letter"
  function cellOf(list, row) { return String(list.rows[row - 1][list.at.key] || "").split("|")[0]; }

  function onFindings(book, list) {
    const row = book.ActiveSheet.Name === list.sheet.Name ? app().ActiveCell.Row - list.top : 0;
    return row > 0 && row <= list.rows.length ? row : 0;
  }

  // the finding at hand: that of the view, else selected in the list, else of the selected cell (the one walked to before others)
  function atHand(book, texts, list) {
    if (inView(book, texts)) return inViewRow(book, texts, list);
    const here = book.ActiveSheet.Name + "!" + letters(app().ActiveCell.Column) + app().ActiveCell.Row;
    if (onFindings(book, list)) return onFindings(book, list);
    if (place && place <= list.rows.length && cellOf(list, place) === here) return place;
    for (let row = 1; row <= list.rows.length; row += 1) if (cellOf(list, row) === here) return row;
    return 0;
  }

  function keyAtHand(book, texts) {
    const list = findings(book, texts);
    const row = atHand(book, texts, list);
    return row ? String(list.rows[row - 1][list.at.id]) : "";
  }

  // to the cell for the explanation of the finding at hand, else of the first warning that lacks one
  function explain(book, texts) {
    const list = findings(book, texts);
    let row = atHand(book, texts, list);
    for (let n = 1; !row && n <= list.rows.length; n += 1) {
      const found = list.rows[n - 1];
      if (!found[list.at.explanation] && String(found[list.at.level]).indexOf(texts["level.warning"]) >= 0) row = n;
    }
    if (!row) throw new Refusal("explain.none");
    place = row;
    list.sheet.Activate();
    list.sheet.Range(letters(list.at.explanation + 1) + (list.top + row)).Select();
    app().StatusBar = words(texts, "explain.how");
  }

  // to the rule of the finding at hand, in the list or in the view, where there is one; else to the manual
  function help(book, texts) {
    const wanted = ruleAtHand(book, texts);
    const name = texts[wanted ? "sheet.rules" : "sheet.manual"];
    const sheet = sheetOf(book, name);
    let at = wanted ? Number(texts["rules.top"]) + 1 : 1;
    if (!sheet) throw new Refusal("fail.sheet", name);
    if (wanted) sheet.Range("A1:A400").Value2.forEach(function (row, n) { if (row[0] === wanted && n + 1 > at) at = n + 1; });
    sheet.Activate();
    sheet.Range((wanted ? "A" : "B") + at).Select();
    if (wanted) app().StatusBar = words(texts, "help.how");
  }

  function ruleAtHand(book, texts) {
    if (!inView(book, texts) && book.ActiveSheet.Name !== texts["sheet.findings"]) return "";
    const list = findings(book, texts);
    const row = atHand(book, texts, list);
    return row ? list.rows[row - 1][list.at.rule] : "";
  }

  // --- the view of a department ------------------------------------------------------------------------------------

  function inView(book, texts) { return book.ActiveSheet.Name === texts["view.sheet"]; }

  // the finding that the view shows, 0 where none
  function inViewRow(book, texts, list) {
    const row = Number(book.ActiveSheet.Range(texts["view.row"]).Value2) - list.top;
    return row > 0 && row <= list.rows.length ? row : 0;
  }

  // has the view show a finding: its department, its number there, and its cell selected
  function show(book, texts, list, row) {
    const sheet = sheetOf(book, texts["view.sheet"]);
    if (!sheet) throw new Refusal("fail.sheet", texts["view.sheet"]);
    const unit = list.rows[row - 1][list.at.unit];
    const number = list.rows.slice(0, row).filter(function (found) { return found[list.at.unit] === unit; }).length;
    sheet.Activate();
    sheet.Range(texts["view.unit"]).Value2 = "'" + unit;
    sheet.Range(texts["view.current"]).Value2 = number;
    at_(list, row);
    sheet.Range(numbered(sheet, texts, number) || texts["view.current"]).Select();
  }

  // the address of the cell that bears a number in the view, "" where none does
  function numbered(sheet, texts, number) {
    const area_ = sheet.Range(texts["view.numbers"]);
    const held = area_.Value2;
    for (let down = 0; down < held.length; down += 1) {
      for (let across = 0; across < held[down].length; across += 1) {
        if (String(held[down][across]) === String(number)) {
          return letters(across + 1 + Number(texts["view.left"])) + (area_.Row + down);
        }
      }
    }
    return "";
  }

  root.OnAddinLoad = function (ribbonUI) { root.JIXIAO.ribbon = ribbonUI; return true; };
  root.OnAction = function (control) { press(String(control.Id).slice(1)); return true; };
})(window);
