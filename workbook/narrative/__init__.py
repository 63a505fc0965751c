"""The running text of a report as a ledger of figures, and what speaks for and against each.

| file | holds |
|---|---|
| `text` | paragraphs made plain, and the numbers in them |
| `words` | what the words at a number say: subject, kind, source of money, time; there is no default |
| `outline`, `names` | list items and the projects that they are about; names of projects told alike or apart |
| `ledger` | every number as an entry with its facets |
| `printed` | what a printed number stands for; slips of the hand, and in bits how surprising they are |
| `relations` | sums, ratios and equalities of figures: whether they hold, what each term would have to be |
| `hints` | what the words around an entry say of it beside its facets |
| `sums`, `accounts`, `goals`, `cells` | the relations that the words claim, by kind; `cells` those with the tables |
| `rates`, `shares`, `changes`, `prices`, `products` | the same, of quotients and products |
| `statements`, `totals` | what prose holds, as plain data; the totals that a report names once and speaks of again |
| `strays` | cells that the prose does not bear out |
| `likely` | names told by half: how much of a cell's name stands in the words of a figure |
| `retold` | figures of a short text (目标完成情况) that the row of its indicator contradicts |
| `evidence` | explained first; accused by what fails, weighed |
| `verdicts` | what came of it, as plain data |
| `neighbours` | relations that figures happen to be in: they explain |
| `accusing` | which figure of a claim that fails, by which slip, how strongly |

To read another way of saying a relation: one pattern or function in the file of its kind. It imports the model alone,
never the rules; which finding an accusation becomes is decided in `rules/prose/figures`.

A new word for a subject of the budget is the `told` of its line in `model/fields.py`; a new kind of relation goes into the file of its kind.
"""
