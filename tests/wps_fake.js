// WPS 表格 as the add-in sees it: what the published declarations have, and nothing else. Whatever is asked for beyond that
// is an error, as is writing into a protected sheet; a text that looks like a number becomes one, an apostrophe keeps it.
// node wps_fake.js SETTINGS: {script, book, sheets, tables, tmp, press: [verb…], edit, at}; prints what then stands where.
// In a browser, which is what WPS runs add-ins in, `SETTINGS` is a global, its `script` the text itself, and so is what is
// asked of a program (`asked`), which the test answers with the bytes of a result (`answer`); `outcome` is a promise of the rest.
"use strict";
const machine = typeof require === "function" ? onNode() : inBrowser();
const settings = machine.settings;

function onNode() {
  const childProcess = require("child_process");
  const fs = require("fs");
  const held = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
  return {
    settings: held,
    exists: (name) => fs.existsSync(name),
    mkdir: (name, mode) => fs.mkdirSync(name, mode),
    mode: (name) => (fs.statSync(name).mode & 0o777).toString(8),
    list: (name) => fs.readdirSync(name).sort(),
    write: (name, data) => fs.writeFileSync(name, data, "utf8"),
    text: (name) => fs.readFileSync(name, "latin1"),
    read(name) { const data = fs.readFileSync(name); return data.buffer.slice(data.byteOffset, data.byteOffset + data.length); },
    unlink: (name) => fs.unlinkSync(name),
    rmdir: (name) => fs.rmdirSync(name),
    copyBook: (target) => fs.copyFileSync(held.book, target),
    serve(file, words) { childProcess.spawn(file, words.split(" "), { env: process.env, detached: true, stdio: "ignore" }).unref(); },
    run(file, words, job) { childProcess.execFileSync(file, words.replace(/"/g, "").split(" ").slice(0, 6).concat(job), { env: process.env }); },
    load: (context) => require("vm").runInNewContext(fs.readFileSync(held.script, "utf8"), context),
    done: (told) => process.stdout.write(JSON.stringify(told)),
    failed(error) { process.stderr.write(String(error.stack)); process.exit(1); },
  };
}

function inBrowser() {
  const files = new Map([[SETTINGS.tmp, null], [SETTINGS.python, ""]]); // null: a folder
  const within = (folder) => Array.from(files.keys()).filter((name) => name.startsWith(folder + "/")).map((name) => name.slice(folder.length + 1));
  const there = (name) => { if (!files.has(name)) throw new Error("no such file: " + name); return name; };
  window.asked = null;
  window.answer = (base64) => {
    const data = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    files.set(window.asked.job + "/log.txt", "");
    files.set(window.asked.job + "/result.txt", data.buffer);
    window.asked = null;
  };
  return {
    settings: SETTINGS,
    exists: (name) => files.has(name),
    mkdir: (name) => files.set(name, null),
    mode: () => "700",
    list: (name) => within(name).sort(),
    write: (name, data) => files.set(name, data),
    text: (name) => files.get(there(name)),
    read: (name) => files.get(there(name)),
    unlink: (name) => files.delete(there(name)),
    rmdir(name) { if (within(name).length) throw new Error("not empty: " + name); files.delete(there(name)); },
    copyBook: (target) => files.set(target, "book"),
    serve() {},
    run(file, words, job) { window.asked = { job, words, request: files.get(job + "/request.txt") }; },
    load: (context) => new Function("window", SETTINGS.script)(context),
    done(told) { window.outcome = told; },
    failed(error) { window.outcome = { failed: String(error.stack) }; },
  };
}

const told = { alerts: [], selected: [], started: [], served: [], status: [], asked: {} };

function strict(kind, members) {
  return new Proxy(members, {
    get(target, name) {
      if (typeof name === "symbol" || name === "then") return undefined;
      if (!(name in target)) throw new Error("WPS has no " + kind + "." + String(name));
      (told.asked[kind] = told.asked[kind] || {})[name] = 1;
      return target[name];
    },
    set(target, name, value) {
      if (!(name in target)) throw new Error("WPS has no " + kind + "." + String(name) + " to set");
      (told.asked[kind] = told.asked[kind] || {})[name] = 1;
      target[name] = value;
      return true;
    },
    has(target, name) { return name in target; },
  });
}

function column(letters) { return letters.split("").reduce((sum, char) => sum * 26 + char.charCodeAt(0) - 64, 0); }

function bounds(address) {
  const found = /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(address.replace(/\$/g, ""));
  if (!found) throw new Error("no address: " + address);
  const [, left, top, right, bottom] = found;
  return [Number(top), column(left), Number(bottom || top), column(right || left)];
}

function entered(value) {
  if (typeof value !== "string") return value === undefined ? null : value;
  if (value.charAt(0) === "'") return value.slice(1);
  if (value.charAt(0) === "=") return { formula: value };
  return value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

class Sheet {
  constructor(name, held) {
    this.name = name;
    this.guarded = held.guarded;
    this.unlocked = new Set(held.unlocked);
    this.hidden = new Set(held.hidden || []);
    this.heights = new Map(Object.entries(held.heights || {}).map(([row, high]) => [Number(row), high]));
    this.cells = new Map();
    held.rows.forEach((row, y) => row.forEach((value, x) => { if (value !== "" && value !== null) this.cells.set(y + 1 + "," + (x + 1), value); }));
    this.tables = [];
    this.flags = {};
    ALLOWED.forEach((flag) => { this.flags["Allow" + flag] = flag === "FormattingCells"; });
    const own = this;
    this.api = strict("Worksheet", {
      Name: name,
      get ProtectContents() { return own.guarded; },
      get Protection() { return strict("Protection", Object.assign({}, own.flags)); },
      get ListObjects() { return strict("ListObjects", { Count: own.tables.length, Item: (n) => own.tables[n - 1].api }); },
      FilterMode: false,
      ShowAllData() {},
      Unprotect() { own.guarded = false; },
      Protect(...given) { own.guarded = true; ALLOWED.forEach((flag, n) => { own.flags["Allow" + flag] = given[5 + n]; }); },
      Activate() { active = own; },
      Range: (address) => own.range(...bounds(address)),
    });
  }

  range(top, left, bottom, right) {
    const own = this;
    const each = (of) => {
      for (let row = top; row <= bottom; row += 1) for (let side = left; side <= right; side += 1) of(row, side);
    };
    const write = (value) => {
      each((row, side) => {
        if (own.guarded && !own.unlocked.has(row + "," + side)) throw new Error("protected: " + own.name);
        const made = entered(Array.isArray(value) ? value[row - top][side - left] : value);
        if (made === null || made === "") own.cells.delete(row + "," + side); else own.cells.set(row + "," + side, made);
      });
    };
    return strict("Range", {
      Row: top,
      Column: left,
      get Columns() { return strict("Range", { Count: right - left + 1 }); },
      get Value2() {
        const rows = [];
        for (let row = top; row <= bottom; row += 1) {
          const line = [];
          for (let side = left; side <= right; side += 1) {
            const held = own.cells.get(row + "," + side);
            line.push(held === undefined ? null : held && held.formula ? held.formula : held);
          }
          rows.push(line);
        }
        return rows.length === 1 && rows[0].length === 1 ? rows[0][0] : rows;
      },
      set Value2(value) { write(value); },
      get Formula() { return ""; },
      set Formula(value) { write(value); },
      ClearContents() { write(null); },
      get EntireRow() { return strict("Range", { Hidden: own.hidden.has(top) }); },
      get RowHeight() { return own.heights.get(top) || 15; },
      set RowHeight(high) { for (let row = top; row <= bottom; row += 1) own.heights.set(row, high); },
      Select() { told.selected.push(own.name + "!" + top + "," + left); cell = [top, left]; },
      Characters: () => strict("Characters", { Font: strict("Font", { Color: 0, Bold: false, Underline: 0 }) }),
    });
  }
}

class Table {
  constructor(sheet, held) {
    this.sheet = sheet;
    Object.assign(this, held);
    const own = this;
    this.api = strict("ListObject", {
      Name: held.name,
      ShowAutoFilter: false,
      AutoFilter: strict("AutoFilter", { FilterMode: false, ShowAllData() {} }),
      get ListRows() { return strict("ListRows", { Count: own.rows }); },
      get Range() { return sheet.range(own.top, own.left, own.top + own.rows, own.left + own.wide - 1); },
      Resize(range) { own.rows = range.Value2.length - 1; },
    });
  }
}

const ALLOWED = ["FormattingCells", "FormattingColumns", "FormattingRows", "InsertingColumns", "InsertingRows",
  "InsertingHyperlinks", "DeletingColumns", "DeletingRows", "Sorting", "Filtering", "UsingPivotTables"];
const sheets = Object.keys(settings.sheets).map((name) => new Sheet(name, settings.sheets[name]));
settings.tables.forEach((held) => {
  const sheet = sheets.find((entry) => entry.name === held.sheet);
  sheet.tables.push(new Table(sheet, held));
});
(settings.cells || []).forEach(([name, place, value]) => sheets.find((entry) => entry.name === name).cells.set(place, value));
let active = sheets.find((entry) => entry.name === "首页") || sheets[0];
let cell = [1, 1];
if (settings.at) { active = sheets.find((entry) => entry.name === settings.at[0]); cell = settings.at.slice(1); }

const book = strict("Workbook", {
  FullName: settings.book,
  ReadOnly: false,
  Worksheets: strict("Sheets", { Count: sheets.length, Item: (n) => sheets[n - 1].api }),
  get ActiveSheet() { return active.api; },
  SaveCopyAs(target) { machine.copyBook(target); },
});
const application = strict("Application", {
  ActiveWorkbook: book,
  get ActiveCell() { return strict("Range", { Row: cell[0], Column: cell[1] }); },
  get StatusBar() { return ""; },
  set StatusBar(words) { told.status.push(words); },
  ScreenUpdating: true,
  EnableEvents: true,
  Calculation: -4105,
  FileSystem: strict("FileSystem", {
    tmpdir: () => settings.tmp,
    existsSync: (name) => machine.exists(name),
    mkdirSync(name, mode) { machine.mkdir(name, mode); return true; },
    writeFileString(name, data) { machine.write(name, data); return true; },
    ReadFileAsArrayBuffer: (name) => machine.read(name),
    unlinkSync(name) { machine.unlink(name); return true; },
    rmdirSync(name) { machine.rmdir(name); return true; },
  }),
  Env: strict("Env", { GetHomePath: () => settings.home || settings.tmp }),
  OAAssist: settings.shell === "missing" ? undefined : strict("OAAssist", {
    ShellExecute(file, words) {
      if (settings.shell === "refused") throw new Error("not allowed");
      if (/-m workbook serve /.test(words)) {
        told.served.push(words);
        if (settings.serves) machine.serve(file, words);
        return;
      }
      const job = /"([^"]+)"$/.exec(words)[1];
      told.started.push({ file, words: words.replace(job, "JOB"), mode: machine.mode(job), held: machine.list(job), request: machine.text(job + "/request.txt") });
      if (settings.edit) sheets.find((entry) => entry.name === settings.edit[0]).cells.set(settings.edit[1], settings.edit[2]);
      if (settings.silent) return;
      machine.run(file, words, job);
    },
  }),
});
const root = { Application: application, setTimeout: (of, time) => setTimeout(of, time), alert: (words) => told.alerts.push(words) };
root.window = root;
if (settings.hurry) root.Date = { now: () => Date.now() * settings.hurry }; // its clock goes so many times as fast
machine.load(root);

async function main() {
  root.OnAddinLoad({});
  for (const verb of settings.press) {
    const before = told.status.length;
    root.OnAction({ Id: "b" + verb });
    const until = Date.now() + 60000;
    const local = ["walk", "prev", "next", "explain", "help"].includes(verb);
    while (!local && told.status[told.status.length - 1] !== false && told.status.length > before && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const cells = {};
  sheets.forEach((sheet) => { cells[sheet.name] = Array.from(sheet.cells.entries()); });
  const flags = {};
  sheets.forEach((sheet) => { flags[sheet.name] = sheet.flags; });
  const heights = {};
  sheets.forEach((sheet) => { heights[sheet.name] = Array.from(sheet.heights.entries()); });
  const guarded = sheets.filter((sheet) => sheet.guarded).map((sheet) => sheet.name);
  const tables = {};
  sheets.forEach((sheet) => sheet.tables.forEach((table) => { tables[table.name] = table.rows; }));
  machine.done({ ...told, cells, heights, guarded, flags, tables, active: active.name, left: machine.list(settings.tmp), calculation: application.Calculation });
}

main().catch(machine.failed);
