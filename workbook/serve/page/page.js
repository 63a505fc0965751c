// The page of `jixiao serve`: plain script for browsers from Chromium 70 on, no library, nothing from the network.
// Every word from a file goes into the page as text, never as markup.
(function () {
  "use strict";

  const KEY = "jixiao-token";
  const MARKS = { error: "✗", warning: "△", info: "○" };
  const STATES = { "错误": "error", "预警": "warning", "提示": "info", "相符": "right", "未核对": "open" };
  const CAPTIONS = {
    changed: "下载改好的文件（原件没有动）",
    annotated: "下载批注的 Word",
    workbook: "下载填好、审过的工作簿",
    notice: "下载整改通知（Word）",
    html: "下载整改通知（网页）",
    rollup: "下载汇总表（图表）",
    report: "下载汇总报告",
    exports: "下载各单位的表和通知"
  };
  const PAUSE = 600; // milliseconds between two questions how far the work is

  let token = "";
  let files = [];
  let chosen = ""; // the file that is shown
  let shown = null; // its result
  let unit = 0; // which department of it
  let seen = -1; // which result of the file is shown
  let current = -1; // which card
  let timer = 0;
  let most = 50; // megabytes of a file
  let unasked = false; // whether what is shown was chosen by nobody
  const ticked = {};
  const drafts = {}; // what was written and not saved yet, by file and finding

  function $(id) { return document.getElementById(id); }

  function make(tag, given, children) {
    const node = document.createElement(tag);
    Object.keys(given || {}).forEach(function (name) {
      if (name === "on") node.addEventListener(given.on[0], given.on[1]);
      else if (name in node && name !== "list") node[name] = given[name];
      else node.setAttribute(name, given[name]);
    });
    (children || []).forEach(function (child) {
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }

  function empty(node) { while (node.firstChild) node.removeChild(node.firstChild); return node; }

  function say(words, bad) {
    $("status").textContent = words || "";
    $("status").className = bad ? "bad" : "";
  }

  // --- the service -----------------------------------------------------------------------------------------------

  async function ask(method, path, body, type) {
    const headers = { Authorization: "Bearer " + token };
    if (type) headers["Content-Type"] = type;
    let answer;
    try {
      answer = await fetch(path, { method: method, headers: headers, body: body, cache: "no-store", credentials: "omit" });
    } catch (error) {
      throw new Error("服务没有回答：可能已关闭。请重新启动 jixiao serve（或与财政局联系），再打开新的地址");
    }
    if (answer.ok) return answer;
    let words = "服务拒绝了这一步（" + answer.status + "）";
    try { words = (await answer.json()).failed || words; } catch (error) { /* no words of its own */ }
    if (answer.status === 401) leave();
    throw new Error(words);
  }

  function asked(method, path, data) {
    return ask(method, path, data === undefined ? undefined : JSON.stringify(data), data === undefined ? "" : "application/json");
  }

  function trying(of) {
    return function () {
      Promise.resolve(of.apply(null, arguments)).catch(function (error) { say(error.message, true); });
    };
  }

  function leave() {
    sessionStorage.removeItem(KEY);
    $("desk").hidden = true;
    $("enter").hidden = false;
    $("token").focus();
  }

  async function enter(given) {
    token = given;
    say("");
    await refresh();
    sessionStorage.setItem(KEY, token);
    $("enter").hidden = true;
    $("desk").hidden = false;
  }

  async function refresh() {
    clearTimeout(timer);
    const state = await (await ask("GET", "/api/state")).json();
    $("who").textContent = state.name;
    most = state.megabytes;
    $("keep").textContent = "文件在最后一次使用 " + state.keep_hours + " 小时后删除" +
      (state.idle_minutes ? "；" + state.idle_minutes + " 分钟没有人用，服务自动关闭并删除" : "");
    if (!$("year").value) $("year").value = state.year;
    files = state.files;
    list();
    const busy = files.filter(function (file) { return file.state === "正在处理"; });
    progress(busy);
    const file = find(chosen);
    const report = files.filter(function (entry) { return entry.kind === "report" || entry.kind === "book"; })[0];
    if (unasked && file && file.kind === "tables" && report) await open(report.id, false);
    else if (file && file.state !== "正在处理" && file.version !== seen) await open(file.id, true);
    if (busy.length) timer = setTimeout(trying(refresh), PAUSE);
  }

  function find(id) { return files.filter(function (file) { return file.id === id; })[0]; }

  // --- files -----------------------------------------------------------------------------------------------------

  // the files of what was dropped, each with the folder it lay in ("" : none)
  async function dropped(transfer) {
    const entries = Array.prototype.slice.call(transfer.items || []).map(function (item) {
      return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
    }).filter(Boolean);
    if (!entries.length) return loose(transfer.files);
    const out = [];
    for (let number = 0; number < entries.length; number += 1) await walk(entries[number], "", out);
    return out;
  }

  async function walk(entry, folder, out) {
    if (/^[.~]/.test(entry.name)) return;
    if (entry.isFile) {
      out.push({ file: await new Promise(function (done, failed) { entry.file(done, failed); }), folder: folder });
      return;
    }
    const reader = entry.createReader();
    const within = folder ? folder + "/" + entry.name : entry.name;
    for (;;) {
      const held = await new Promise(function (done, failed) { reader.readEntries(done, failed); });
      if (!held.length) return;
      for (let number = 0; number < held.length; number += 1) await walk(held[number], within, out);
    }
  }

  function loose(given) {
    return Array.prototype.slice.call(given).map(function (file) {
      return { file: file, folder: (file.webkitRelativePath || "").split("/").slice(0, -1).join("/") };
    }).filter(function (each) { return !/^[.~]/.test(each.file.name); });
  }

  async function send(all) {
    const bad = [];
    let last = "";
    for (let number = 0; number < all.length; number += 1) {
      const file = all[number].file;
      say("正在传送 " + (number + 1) + " / " + all.length + "：" + file.name);
      try {
        if (file.size > most * 1e6) throw new Error("超过 " + most + " MB，没有传；请删去与自评无关的图片、附件");
        const address = "/api/files?name=" + encodeURIComponent(file.name) + "&folder=" + encodeURIComponent(all[number].folder);
        last = (await (await ask("PUT", address, file, "application/octet-stream")).json()).id;
        say("");
      } catch (error) {
        bad.push(file.name + "：" + error.message);
      }
    }
    await refresh();
    if (last && !chosen) { await open(last, false); unasked = true; }
    if (bad.length) say(bad.slice(0, 5).join("；") + (bad.length > 5 ? "……共 " + bad.length + " 个" : ""), true);
  }

  function progress(busy) {
    const bar = $("progress");
    if (!busy.length && !bar.hidden && !$("status").className) say("");
    bar.hidden = !busy.length;
    if (!busy.length) return;
    const own = busy[0].progress;
    const total = own ? own.total : files.length;
    const done = own ? own.done : files.length - busy.length;
    bar.max = total || 1;
    bar.value = done;
    say((own ? own.caption : "审核") + "：" + done + " / " + total);
  }

  function list() {
    const held = document.activeElement && document.activeElement.id;
    const node = empty($("list"));
    files.forEach(function (file) {
      const label = file.state === "完成" ? (file.headline || file.words) : file.state + (file.words ? "：" + file.words : "");
      const tick = make("input", { type: "checkbox", id: "t-" + file.id, checked: !!ticked[file.id], "aria-label": "勾选 " + file.name,
        on: ["change", function (event) { ticked[file.id] = event.target.checked; tools(); }] });
      const button = make("button", { type: "button", className: "open", id: "o-" + file.id, "aria-current": String(file.id === chosen),
        on: ["click", trying(function () { return open(file.id, false); })] }, [file.name]);
      if (file.came_in) button.title = file.came_in;
      const drop = make("button", { type: "button", className: "drop", title: "移除", "aria-label": "移除 " + file.name,
        on: ["click", trying(function () { return remove(file); })] }, ["×"]);
      node.appendChild(make("li", {}, [file.kind === "master" ? make("span", {}, ["▣"]) : tick, button, drop, make("small", {}, [label])]));
    });
    tools();
    if (held && $(held)) $(held).focus();
  }

  function tools() {
    const file = find(chosen);
    const any = files.some(function (entry) { return ticked[entry.id]; });
    $("import").hidden = !(file && file.kind === "master");
    $("import").disabled = !any;
    $("all").hidden = $("import").hidden || files.length < 3;
    $("clear").hidden = !files.length;
  }

  async function remove(file) {
    await ask("DELETE", "/api/files/" + file.id);
    delete ticked[file.id];
    if (chosen === file.id) close();
    await refresh();
  }

  function close() {
    chosen = "";
    shown = null;
    ["head", "units", "panes"].forEach(function (id) { $(id).hidden = true; });
    $("empty").hidden = false;
  }

  async function open(id, again) {
    const file = find(id);
    if (!again) { chosen = id; unit = 0; current = -1; seen = -1; unasked = false; }
    const held = document.activeElement && document.activeElement.id;
    list();
    if (!file || file.state === "正在处理") return;
    seen = file.version;
    if (file.state === "没有做成") say(file.words, true);
    let result;
    try {
      result = await (await ask("GET", "/api/files/" + id)).json();
    } catch (error) {
      if (chosen !== id) return;
      close();
      chosen = id;
      list();
      throw error;
    }
    if (chosen !== id) return; // another file was opened meanwhile
    shown = result;
    unit = Math.min(unit, Math.max(0, result.units.length - 1));
    $("empty").hidden = true;
    head(result, file);
    units(result);
    panes(result);
    if (!again) $("main").focus();
    else if (held && $(held)) $(held).focus(); // what was in the focus has been drawn anew
  }

  // --- a result --------------------------------------------------------------------------------------------------

  function head(result, file) {
    $("head").hidden = false;
    $("title").textContent = result.name;
    $("verdict").textContent = result.headline;
    const notes = empty($("notes"));
    result.said.concat(result.notes).forEach(function (words) { notes.appendChild(make("p", {}, [words])); });
    const row = empty($("downloads"));
    result.downloads.forEach(function (kind) {
      row.appendChild(make("button", { type: "button", id: "d-" + kind, on: ["click", trying(function () { return download(file.id, kind); })] }, [CAPTIONS[kind]]));
    });
    if (result.units.length) {
      row.appendChild(make("button", { type: "button", on: ["click", trying(async function () {
        await asked("POST", "/api/files/" + file.id + "/check", {});
        await refresh();
      })] }, ["再审一次"]));
    }
    const changes = empty($("changes"));
    changes.hidden = !result.changes.length;
    result.changes.forEach(function (each) {
      const words = "「" + (each.was || "空白") + "」改为「" + (each.now || "空白") + "」";
      changes.appendChild(make("li", {}, [words, make("button", { type: "button", id: "undo-" + each.at, "aria-label": "撤销：" + words,
        on: ["click", trying(function () { return change(each.at, null); })] }, ["撤销"])]));
    });
  }

  async function download(id, kind) {
    say("正在准备下载……");
    const answer = await ask("GET", "/api/files/" + id + "/get?as=" + kind);
    const said = /filename\*=utf-8''([^;]+)/i.exec(answer.headers.get("content-disposition") || "");
    const plain = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
    const name = said ? decodeURIComponent(said[1]) : plain ? plain[1] : "下载";
    const address = URL.createObjectURL(await answer.blob());
    const link = make("a", { href: address, download: name });
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    setTimeout(function () { URL.revokeObjectURL(address); }, 60000);
    say("已下载：" + name);
  }

  function units(result) {
    const node = empty($("units"));
    node.hidden = result.units.length < 2 && !result.desk;
    if (node.hidden) return;
    const heads = ["单位", "结论", "问题", "总分", "等级"];
    const body = make("tbody");
    result.units.forEach(function (entry, number) {
      const name = make("button", { type: "button", id: "u-" + number, on: ["click", function () { unit = number; current = -1; panes(result); $("cards").scrollIntoView(); }] }, [entry.name]);
      body.appendChild(make("tr", {}, [make("td", {}, [name]), cell(entry.verdict), cell(entry.headline), cell(entry.total || "", "number"), cell(entry.grade || "")]));
    });
    (result.desk ? result.desk.missing : []).forEach(function (name) {
      body.appendChild(make("tr", {}, [cell(name), cell("未报送"), cell(""), cell(""), cell("")]));
    });
    const top = make("tr", {}, heads.map(function (words) { return make("th", { scope: "col" }, [words]); }));
    const table = make("table", {}, [make("thead", {}, [top]), body]);
    if (result.desk && !result.units.length) {
      node.appendChild(make("p", { id: "filed" }, ["总表里还没有单位：把各单位报来的文件拖进来，勾选它们，再按“把勾选的导入总表”。"]));
      return;
    }
    if (result.desk) {
      const filed = result.units.length;
      node.appendChild(make("p", { id: "filed" }, ["已报送 " + filed + " 个单位，未报送 " + result.desk.missing.length + " 个"]));
    }
    node.appendChild(make("div", { className: "scroll", tabIndex: 0 }, [table]));
    if (result.desk) node.appendChild(make("div", { id: "charts" }, result.desk.charts.map(chart)));
  }

  function cell(words, name) { return make("td", { className: name || "" }, [String(words)]); }

  function chart(given) {
    const most = Math.max.apply(null, given.lines.map(function (line) { return line[1]; }).concat([1]));
    const bars = given.lines.map(function (line) {
      const bar = make("i");
      bar.style.width = 70 * line[1] / most + "%";
      return make("div", { className: "bar" }, [make("span", {}, [line[0]]), make("span", { className: "room" }, [bar, String(line[1])])]);
    });
    return make("section", { className: "chart" }, [make("h3", {}, [given.title])].concat(bars));
  }

  function panes(result) {
    $("panes").hidden = !result.units.length && !result.blocks.length;
    paper(result);
    cards(result);
  }

  // --- the document ----------------------------------------------------------------------------------------------

  function paper(result) {
    const node = $("paper");
    const top = node.scrollTop;
    empty(node);
    const figures = {};
    result.units.forEach(function (entry, number) {
      entry.figures.forEach(function (figure) {
        const key = number + "-" + figure.n;
        (figures[key] = figures[key] || []).push(figure);
      });
    });
    result.blocks.forEach(function (block) {
      if (block.h) node.appendChild(make("h3", {}, [block.h]));
      else if (block.p !== undefined) node.appendChild(paragraph(block, figures, result.editable));
      else node.appendChild(table(block, result.editable));
    });
    if (!result.blocks.length && result.units[unit]) node.appendChild(fields(result.units[unit], unit));
    marked(result);
    result.changes.forEach(function (each) {
      const place = $(each.at);
      if (!place) return;
      place.classList.add("changed");
      place.title = "原填：" + (each.was || "空白") + (place.title ? "；" + place.title : "");
    });
    node.scrollTop = top;
  }

  // --- what the clerk changes ------------------------------------------------------------------------------------

  // a place where another value can be entered: with the mouse, or with F2 (Enter too where it leads nowhere else)
  function changeable(node, at, words) {
    node.dataset.at = at;
    node.dataset.words = words;
    if (/[0-9]/.test(words)) node.tabIndex = 0;
    node.addEventListener("click", function (event) { if (!event.target.closest(".edit")) edit(node); });
    node.addEventListener("keydown", function (event) {
      if (event.target !== node) return;
      if (event.key === "F2" || (event.key === "Enter" && !node.dataset.card)) { event.preventDefault(); edit(node); }
    });
    return node;
  }

  function edit(node) {
    const before = document.querySelector(".edit");
    if (before) before.parentNode.removeChild(before);
    const field = make("input", { type: "text", value: node.dataset.words, maxLength: 5000, "aria-label": "改为（现在是 " + (node.dataset.words || "空白") + "）" });
    const box = make("span", { className: node.dataset.words.length > 12 ? "edit long" : "edit" }, [field]);
    const shut = function () { if (box.parentNode) box.parentNode.removeChild(box); node.focus(); };
    const save = function () {
      if (field.value.trim() === node.dataset.words.trim()) { shut(); return Promise.resolve(); }
      shut();
      return change(node.dataset.at, field.value);
    };
    field.addEventListener("keydown", function (event) {
      event.stopPropagation();
      if (event.key === "Enter") { event.preventDefault(); trying(save)(); }
      if (event.key === "Escape") { event.preventDefault(); shut(); }
    });
    box.appendChild(make("button", { type: "button", className: "ok", on: ["click", trying(save)] }, ["改"]));
    box.appendChild(make("button", { type: "button", className: "no", on: ["click", shut] }, ["不改"]));
    if (node.tagName === "TD") node.appendChild(box);
    else node.parentNode.insertBefore(box, node.nextSibling);
    if (node.tabIndex < 0) node.tabIndex = 0;
    field.select();
    field.focus();
  }

  async function change(at, words) {
    await asked("POST", "/api/files/" + chosen + "/change", { at: at, text: words });
    say("已改，正在重新审核……");
    await refresh();
  }

  // the buttons of a finding whose place can be changed
  function mend(found) {
    const node = spot(found.at);
    const out = make("div", { className: "mend" });
    if (!node || node.dataset.at === undefined) return out;
    if (found.fix) {
      out.appendChild(make("button", { type: "button", className: "fix", on: ["click", trying(function () { return change(node.dataset.at, found.fix); })] }, ["照此改：" + found.fix]));
    }
    out.appendChild(make("button", { type: "button", className: "other", on: ["click", function () { show(found.at); edit(node); }] }, ["改这一处…"]));
    return out;
  }

  function paragraph(block, figures, editable) {
    const node = make("p");
    if (block.n === undefined) { node.textContent = block.p; return node; }
    const key = block.u + "-" + block.n;
    node.id = "p" + key;
    let at = 0;
    (figures[key] || []).forEach(function (figure) {
      if (figure.from < at || figure.to > block.p.length) return;
      node.appendChild(document.createTextNode(block.p.slice(at, figure.from)));
      const state = STATES[figure.state] || "open";
      const words = block.p.slice(figure.from, figure.to) + (MARKS[state] || "");
      const span = make("span", { className: "figure m-" + state, id: "f" + key + "-" + figure.from, title: figure.state + (figure.words ? "：" + figure.words : "") }, [words]);
      if (editable && block.b !== undefined) {
        changeable(span, "b" + block.b + "-" + (block.o + figure.from) + "-" + (block.o + figure.to), block.p.slice(figure.from, figure.to));
      }
      node.appendChild(span);
      at = figure.to;
    });
    node.appendChild(document.createTextNode(block.p.slice(at)));
    return node;
  }

  function table(block, editable) {
    const body = make("tbody");
    let width = 1;
    block.rows.forEach(function (row) {
      const line = make("tr");
      let column = 1;
      row.forEach(function (given) {
        while (column < given[1]) { line.appendChild(make("td")); column += 1; }
        const held = make("td", { id: given[4], colSpan: given[2], className: given[3] ? "on" : "" }, [given[0]]);
        line.appendChild(editable && !given[3] ? changeable(held, given[4], given[0]) : held);
        column = given[1] + given[2];
      });
      width = Math.max(width, column - 1);
      body.appendChild(line);
    });
    const node = make("table", {}, [body]);
    if (block.t) node.insertBefore(make("thead", {}, [make("tr", {}, [make("th", { colSpan: width }, [block.t])])]), body);
    return node;
  }

  function fields(entry, number) {
    const body = make("tbody", {}, entry.fields.map(function (line) {
      return make("tr", {}, [make("td", {}, [line[1]]), make("td", { id: "v" + number + "-" + line[0] }, [line[2]])]);
    }));
    return make("table", {}, [body]);
  }

  function spot(at) {
    if (!at) return null;
    const found = $(at);
    if (found || at.charAt(0) !== "f") return found;
    return $("p" + at.slice(1).split("-").slice(0, 2).join("-"));
  }

  // colours the places of findings, and leads from there to their cards
  function marked(result) {
    const entry = result.units[unit];
    if (!entry) return;
    result.units.forEach(function (each, number) {
      each.cards.forEach(function (card, place) {
        card.all.forEach(function (found) {
          const node = spot(found.at);
          if (!node || node.dataset.card) return;
          node.dataset.card = place;
          const settled = found.status === "已说明";
          if (node.tagName === "TD" && !settled) {
            node.classList.add("m-" + found.severity);
            node.appendChild(document.createTextNode(" " + MARKS[found.severity]));
          }
          const go = function () { if (unit !== number) { unit = number; cards(result); } select(place, true); };
          node.tabIndex = 0;
          node.setAttribute("role", "link");
          node.title = (settled ? "已说明：" : "") + found.message;
          node.style.cursor = "pointer";
          const near = function () { if (unit !== number) { unit = number; cards(result); } select(place, false); $("card-" + place).scrollIntoView({ block: "nearest" }); };
          node.addEventListener("click", node.dataset.at === undefined ? go : near);
          node.addEventListener("keydown", function (event) { if (event.key === "Enter" && event.target === node) { event.preventDefault(); go(); } });
        });
      });
    });
  }

  // --- cards -----------------------------------------------------------------------------------------------------

  function cards(result) {
    const node = empty($("cards"));
    const entry = result.units[unit];
    if (!entry) return;
    node.appendChild(make("p", {}, [make("strong", {}, [entry.name]), "　" + entry.form + "　" + entry.headline +
      (entry.total ? "　总分 " + entry.total : "") + (entry.grade ? "（" + entry.grade + "）" : "")]));
    if (!entry.cards.length) node.appendChild(make("p", {}, ["没有发现问题。"]));
    entry.cards.forEach(function (card, place) { node.appendChild(drawn(card, place)); });
    if (entry.idle) node.appendChild(make("p", { className: "more" }, ["没有执行的：" + entry.idle]));
    if (current >= 0) select(Math.min(current, entry.cards.length - 1), false);
  }

  function drawn(card, place) {
    const leader = card.all[0];
    const state = card.open ? card.severity : "settled";
    const go = make("button", { type: "button", id: "k-" + place, on: ["click", function () { select(place, false, true); }] },
      [(card.open ? card.mark + " " + card.caption : "✓ 已说明") + "　" + leader.where]);
    const node = make("article", { className: "card " + state, id: "card-" + place }, [make("h3", {}, [go]), make("p", {}, [card.message])]);
    if (card.suggestion) node.appendChild(make("p", {}, ["怎么办：" + card.suggestion]));
    if (card.culprit) node.appendChild(make("p", {}, ["可能错在：" + card.culprit]));
    if (card.source) node.appendChild(make("p", { className: "more" }, ["依据：" + card.source + "（" + card.codes + "）"]));
    if (card.files.length) node.appendChild(make("p", { className: "more" }, ["涉及的文件：" + card.files.join(" 与 ")]));
    node.appendChild(mend(leader));
    node.appendChild(reason(leader));
    const others = card.all.slice(1);
    if (others.length) {
      node.appendChild(make("details", {}, [make("summary", {}, ["牵出 " + others.length + " 条"])].concat(others.map(function (found) {
        const link = make("button", { type: "button", on: ["click", function () { show(found.at); }] }, [found.where]);
        return make("div", {}, [make("p", { className: "more" }, [link, "　" + found.message]), mend(found), reason(found)]);
      }))));
    }
    return node;
  }

  function reason(found) {
    if (found.severity === "info") return document.createTextNode("");
    const mine = chosen + "|" + found.key;
    const field = make("textarea", { value: drafts[mine] === undefined ? found.explanation : drafts[mine], maxLength: 2000, "aria-label": "出错说明：" + found.where,
      placeholder: found.severity === "error" ? "错误要改正；需要时可写明情况" : "属实的，在这里写明原因" });
    const save = function () { return explain(mine, found.key, field.value); };
    field.addEventListener("input", function () { drafts[mine] = field.value; });
    field.addEventListener("keydown", function (event) { if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); trying(save)(); } });
    const button = make("button", { type: "button", className: "save", on: ["click", trying(save)] }, ["保存说明"]);
    return make("div", {}, [field, button, found.status ? "　" + found.status : ""]);
  }

  async function explain(mine, key, text) {
    await asked("POST", "/api/files/" + chosen + "/explain", { key: key, text: text });
    delete drafts[mine];
    say("已保存，正在重新审核……");
    await refresh();
  }

  function select(place, from, open) {
    const before = document.querySelector(".card.here");
    if (before) before.classList.remove("here");
    const node = $("card-" + place);
    if (!node) return;
    current = place;
    node.classList.add("here");
    if (from) { node.scrollIntoView({ block: "nearest" }); $("k-" + place).focus(); }
    else if (open) show(shown.units[unit].cards[place].all[0].at);
  }

  function show(at) {
    const before = document.querySelector(".here-now");
    if (before) before.classList.remove("here-now");
    const node = spot(at);
    if (!node) { say("这一条说的是整份报告，或原文里没有对应的格"); return; }
    node.classList.add("here-now");
    node.scrollIntoView({ block: "center" });
  }

  function step(by) {
    if (!shown || !shown.units[unit]) return;
    const place = Math.max(0, Math.min(current + by, shown.units[unit].cards.length - 1));
    select(place, false, true);
    const button = $("k-" + place);
    if (button) { button.focus(); button.scrollIntoView({ block: "nearest" }); }
  }

  // --- what starts it --------------------------------------------------------------------------------------------

  // the token behind the # of the address, "" where that is a place of the page
  function entrance() { return /^#[\w-]{40,}$/.test(location.hash) ? location.hash.slice(1) : ""; }

  function begin() {
    const drop = $("drop");
    ["dragenter", "dragover"].forEach(function (name) {
      document.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("over"); });
    });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) drop.classList.remove("over"); });
    document.addEventListener("drop", function (event) {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer) trying(async function (given) { await send(await given); })(dropped(event.dataTransfer));
    });
    $("choose").addEventListener("click", function () { $("files").click(); });
    $("choose-folder").addEventListener("click", function () { $("folder").click(); });
    ["files", "folder"].forEach(function (id) {
      $(id).addEventListener("change", function (event) {
        const given = loose(event.target.files);
        event.target.value = "";
        trying(send)(given);
      });
    });
    $("all").addEventListener("click", function () {
      files.forEach(function (file) { if (file.kind !== "master") ticked[file.id] = true; });
      list();
    });
    $("import").addEventListener("click", trying(async function () {
      const ids = files.filter(function (file) { return ticked[file.id] && file.id !== chosen; }).map(function (file) { return file.id; });
      await asked("POST", "/api/files/" + chosen + "/import", { files: ids });
      await refresh();
    }));
    $("new").addEventListener("click", trying(async function () {
      const made = await asked("POST", "/api/masters", { year: Number($("year").value), region: $("region").value });
      chosen = (await made.json()).id;
      unit = 0;
      seen = -1;
      $("bureau").open = false;
      await refresh();
    }));
    $("clear").addEventListener("click", trying(async function () {
      if (!window.confirm("移除全部文件？没有下载的结果也一并删除。")) return;
      await ask("DELETE", "/api/files");
      close();
      await refresh();
    }));
    $("enter").addEventListener("submit", function (event) {
      event.preventDefault();
      const given = $("token").value.trim();
      trying(enter)(given.slice(given.lastIndexOf("#") + 1));
    });
    document.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      if (event.key === "n" || event.key === "N") step(1);
      if (event.key === "p" || event.key === "P") step(-1);
    });
    // another entrance opened in the same window
    window.addEventListener("hashchange", function () { if (entrance()) location.reload(); });
    const given = entrance() || sessionStorage.getItem(KEY) || "";
    if (location.hash) history.replaceState(null, "", location.pathname);
    if (given) trying(enter)(given); else leave();
  }

  begin();
})();
