"""Rules on the report as a document (文稿, D01…): what must stand in it, and what a careful reader stumbles over.

| file | holds |
|---|---|
| `sections` | 规定章节缺失、空白、只写“无”，标题跳号 |
| `fund_sections` | 三、四、五节的“无”与附件3 的基金拨款 |
| `residue` | 模板残留 |
| `names` | 说本单位的话里别的单位的名字，与本单位不合的自称 |
| `periods` | 部分期间的数，写成别的年份的数，往年的支出 |
| `grades`, `scores` | 自评等级、得分；分项得分 |
| `surveys` | 满意度的依据 |
| `projects` | 项目、股室、单位的个数，正文没有写到的项目 |
| `problems` | 自认未完成而全是满分，问题空话 |
| `disclosure` | 涉密，公开，自评覆盖面 |
| `likeness` | 与别的单位、与本单位上年写的是同样的话 |
| `figures` | what the ledger of figures (`narrative`) accuses, each under the rule of its kind |
| `claims` | 正文对表的说法：比率、年末结转结余、表里空着的费用、只在正文里写到的项目 |

What a figure means and whether two figures agree is the matter of `figures`. The others look for words, and for a figure only where it
is the very one of a cell. They are silent where the words leave a doubt.
`document` reads the paragraphs into sentences and sections; it has no rules.

May import what `rules` may. `accusations` has what only a filing with prose needs, and is loaded for one. A new rule: the file of its
subject, and cases beside it.
"""
