"""What is known or published about each measure of docs/sanity.md, and how the trajectory is judged.

Rows: look, measure, label, known value with its source, judgement.
"""

# ruff: noqa: E501  rows of a table

EPOCH = "https://epoch.ai"
S, C = "as-signed", "commentary"

KNOWN: tuple[tuple[str, str, str, str, str], ...] = (
    (S, "frontier", "frontier, OOM",
     f"3.4 to 4.2 by 2030: runs of 2e29 FLOP are feasible ([Epoch AI 2024]({EPOCH}/blog/can-ai-scaling-continue-through-"
     "2030)), from 5e26 in 2025, and algorithms add 0.48 a year",
     "plausible, on the slow side: power and capital bind from 2027, and the largest run does not take a growing part of "
     "its firm's chips; `fast` follows the published trend"),
    (S, "pace", "its speed, OOM a year", "about 1.1 to 2024 (Epoch AI 2024); 0.9 assumed for 2026",
     "falls by a third in the first year, when growth of chips falls from 2 to 1.5 times a year; plausible, uncertain"),
    (S, "open_lag", "lag of open models, months",
     f"3 to 4 by benchmarks ([Epoch AI, October 2025 and May 2026]({EPOCH}/data-insights/open-weights-vs-closed-weights-"
     "models)), about 12 by training compute (Epoch AI 2024)",
     "starts in between; rises because the gap stays near 0.8 OOM while the frontier slows. Whether a gap is fixed in OOM "
     "or in months is not known: sweep `access.held_back`"),
    (S, "investment", "investment in AI compute, bn USD a year",
     "four cloud firms announced 650 to 725 for 2026, analysts expect 1,100 for five in 2027, two thirds of it AI "
     "(assumption); McKinsey 2025: 5,200 for 2025-30", "plausible, on the low side where power binds"),
    (S, "investment_share", "the same, % of world product", "railway and telecom booms reached 1 to 3 % of output at home",
     "plausible"),
    (S, "electricity", "electricity of AI, TWh a year",
     "IEA 2025, Energy and AI: all data centres 415 in 2024, 945 in 2030, 1,200 (base) to 1,700 (lift-off) in 2035, of "
     "which some 400 not for AI", "start above IEA (Epoch AI counts 30 GW at the end of 2025); 2035 within its cases"),
    (S, "revenue", "AI revenue, bn USD a year",
     "105 for OpenAI and Anthropic at mid-2026 (Epoch AI); forecasts of generative AI for 2032 near 1,300 (Bloomberg "
     "Intelligence 2023)", "plausible"),
    (S, "concentration", "concentration (HHI), points",
     "2,300 at our start, 2,800 and 3,500 in two company surveys (docs/data.md)",
     "interior; both directions occur. Above 1,800 a market counts as highly concentrated (US guidelines 2023)"),
    (S, "ai_use", "people who use AI",
     "15.1 % (first half of 2025), 16.3 % (second), 17.8 % (early 2026) of those aged 15-64 (Microsoft AI Diffusion "
     "Report)", "plausible: near 2 points a year at first, as measured; the Internet took 15 years from 16 to 60 %"),
    (S, "ai_use.low_income", "... in low-income countries", "Global South 14.1 % then 15.4 % (Microsoft)", "plausible, "
     "bounded by readiness"),
    (S, "ai_use.high_income", "... in high-income countries",
     "Global North 24.7 % then 27.5 %; the gap widens (Microsoft)", "plausible: the gap in points widens to 2036"),
    (S, "service_gini", "Gini of AI service per head", "not published; of use alone about 0.25 (from our data)",
     "falls slowly, as what is built is used where it stands; was far too fast (see below)"),
    (S, "readiness", "readiness, people-weighted",
     "its four parts together rose by about 0.007 a year (ITU: people online from 53 % in 2019 to 68 % in 2024, a quarter "
     "of the index; HDI and income slower)",
     "0.0075 a year over ten years; the first two years stand nearly still, an artefact of starting the lag at rest"),
    (S, "gdp_gain", "gain of world product, %",
     "in ten years 1 (Acemoglu 2024), 7 (Goldman Sachs 2023), to 15 (McKinsey 2023)",
     "plausible; the first year's 0.3 is at the upper end. `economy: delayed_gain` is the cautious rival"),
    (S, "growth", "growth of world product, % a year",
     "IMF 2025: 3.1 at purchasing power, World Bank 2025: 2.3 to 2.6 at market weights", "plausible: 2.4 and what AI adds"),
    (S, "safety", "safety effort",
     "coded from public commitments (docs/data.md); no series is published", "interior, stationary; the first year's fall "
     "remains in futures where firms find less effort best"),
    (S, "incidents", "serious incidents a year",
     "none above 1 bn USD is documented for AI alone; reports of all incidents grew by half a year (AI Index 2025: 233 in "
     "2024, +56 %)", "an assumption, swept over a factor of 40; bounded in capability"),
    (S, "expected_loss", "expected loss, bn USD a year", "not known", "an assumption; below 0.2 % of world product"),
    (S, "tension", "tension between the poles", "no accepted scale", "interior in every future"),
    (S, "stringency", "stringency of rules, GDP-weighted",
     "no accepted scale; laws that name AI rose from 1 in 2016 to 40 passed in 2024 (AI Index 2025)",
     "rises towards what states want (assumption); recent delays in the EU and the USA would mean less"),
    (S, "fragmentation", "fragmentation", "no accepted scale", "rises as rules are enacted, flattens"),
    (S, "waico.inside", "states in WAICO, signatories and parties",
     "37; none joined between August and October 2026. AIIB grew from 57 to 110 in ten years, at the World Bank's side",
     "slow growth: as signed, the body offers little; a sponsor's campaign is a lever, not the base"),
    (S, "waico.members", "of them parties", "AIIB: 17 of 57 had ratified when it came into force after six months",
     "plausible; in force in 2027"),
    (S, "gpai.inside", "states in the incumbent", "44; 15 founders in 2020, 29 in 2024", "plausible"),
    (S, "gpai.frontier_share", "its share of frontier compute", "0.9", "falls slowly as other homes' firms grow"),
    (S, "passage", "share of proposals passed so far",
     "not known: what cannot pass is seldom put to a vote",
     "falls as policy comes to where nobody can move it, as the theory says (Krehbiel 1998)"),
    (S, "waico.allocations", "money paid out as signed, bn USD a year",
     "5,000 training places over five years, some 0.005 a year; ITU's budget is about 0.2", "plausible, negligible"),
    (C, "waico.seats", "firms with a seat, commentary", "no body of states gives firms votes today; the hundreds of "
     "sector members of ITU have none", "stands at its rest point; fell from 28 to 10 before (see below)"),
    (C, "waico.levies", "levies, commentary, bn USD a year", "1 % of the AI revenue of bound firms, by the charter",
     "follows revenue; above dues from the first year"),
    (C, "waico.dues", "dues, commentary, bn USD a year", "WIPO: fees of users pay 95 % and states' dues are nominal",
     "stand at the envelope, shrunk by the levy's surplus; plausible"),
)  # fmt: skip
