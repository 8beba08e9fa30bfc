/* The two hottest rules written by hand in C, as a measure of how far NumPy is from what the machine can do.
 *
 * The same arithmetic as sim/rules/race.py (adaptive) and sim/rules/market.py (saturating_logit), one run after the
 * other, everything between two reads and one write kept in registers or in the first cache. Compiled once with the C
 * library's exponential (every bit asked for) and once with -ffast-math, where gcc calls its vector form (libmvec, up
 * to 4 units in the last place). The model does not use it: benchmarks/kernels.py compares.
 */
#include <math.h>
#include <string.h>

#define MOST 1024

#define FAR (-1e300)

/* Each firm moves part of the way to its best effort on a grid of levels. Columns are runs * firms, `numbers` is
 * runs * 9: slowdown, sharpness, enmity, pole enmity times tension, liability, cost, fine, foresight, speed times dt. */
void adaptive(long runs, long firms, long levels, const double *effort, const double *capability,
              const unsigned char *researching, const double *across, const double *required, const double *detected,
              const double *slack, const double *level_of, const double *numbers, double *moved)
{
    double rival[MOST], lost[MOST], borne[MOST], fined[MOST], top[MOST], found[MOST];
    for (long run = 0; run < runs; run++) {
        const long at = run * firms;
        const double *e = effort + at, *c = capability + at, *q = required + at, *n = numbers + 9 * run;
        const unsigned char *w = researching + at;
        const double slowdown = n[0], steep = -n[1], toward = 1.0 - exp(-n[8]);
        double first = -1e3, other = -1e3, second = -1e3;
        long leader = 0, next = 0;
        for (long i = 0; i < firms; i++) {
            const double pace = w[i] ? c[i] - slowdown * e[i] : -1e3;
            if (pace > first) {
                other = first;
                first = pace;
                leader = i;
            } else if (pace > other)
                other = pace;
        }
        for (long i = 0; i < firms; i++) {
            const double pace = w[i] ? c[i] - slowdown * e[i] : -1e3;
            if (pace < first && pace > second) {
                second = pace;
                next = i;
            }
        }
        for (long i = 0; i < firms; i++) {
            const int ahead = c[i] - slowdown * e[i] >= first;
            double hatred = n[2] + n[3] * across[at + i];
            hatred = hatred < 1.0 ? hatred : 1.0;
            rival[i] = i == leader ? other : first;
            lost[i] = (ahead ? e[next] : e[leader]) * (1.0 - hatred);
            borne[i] = n[4] * (1.0 - slack[at + i]);
            fined[i] = n[6] * detected[at + i];
            top[i] = FAR;
            found[i] = 0.0;
        }
        for (long k = 0; k < levels; k++) {
            const double level = level_of[k], paid = n[5] * level, slow = slowdown * level;
            for (long i = 0; i < firms; i++) {
                double lead = (c[i] - slow - rival[i]) * steep;
                lead = lead < 700.0 ? lead : 700.0;
                const double win = 1.0 / (exp(lead) + 1.0), gap = q[i] - level;
                const double value = (level - lost[i]) * win + lost[i] - (borne[i] * (1.0 - level) + paid)
                                     - fined[i] * (gap > 0.0 ? gap : 0.0);
                const int better = value > top[i];
                found[i] = better ? level : found[i];
                top[i] = better ? value : top[i];
            }
        }
        for (long i = 0; i < firms; i++)
            moved[at + i] = w[i] ? e[i] + (found[i] - e[i]) * toward : e[i];
    }
}

/* Shares of firms in the market: a logit in each area, weighted by what the area spends. `distance` is
 * runs * areas * homes, `spending` and `stringency` runs * areas, `numbers` runs * 5: quality, steepness, home bias,
 * barrier times tension, regulation. */
void saturating_logit(long runs, long firms, long areas, long homes, const double *capability,
                      const unsigned char *active, const double *brand, const double *safety, const long *home,
                      const long *area_home, const double *spending, const double *distance, const double *stringency,
                      const double *numbers, double *shares)
{
    double local[MOST], away[MOST], a[MOST], u[MOST];
    for (long run = 0; run < runs; run++) {
        const long at = run * firms;
        const double *n = numbers + 5 * run;
        double best = -9.0;
        for (long i = 0; i < firms; i++)
            best = active[at + i] && capability[at + i] > best ? capability[at + i] : best;
        for (long i = 0; i < firms; i++) {
            const double good = 1.0 / (1.0 + exp(-n[1] * (capability[at + i] - best + 1.0)));
            a[i] = active[at + i] ? n[0] * good + brand[at + i] : FAR;
            u[i] = 1.0 - safety[at + i];
        }
        double *out = shares + run * firms, total = 0.0;
        memset(out, 0, firms * sizeof(double));
        for (long area = 0; area < areas; area++)
            total += spending[run * areas + area];
        for (long area = 0; area < areas; area++) {
            const double *d = distance + (run * areas + area) * homes;
            const double strict = n[4] * stringency[run * areas + area];
            for (long h = 0; h < homes; h++)
                away[h] = n[3] * d[h] - (h == area_home[area] ? n[2] : 0.0);
            double most = FAR, sum = 0.0;
            for (long i = 0; i < firms; i++) {
                local[i] = a[i] - away[home[i]] - strict * u[i];
                most = local[i] > most ? local[i] : most;
            }
            for (long i = 0; i < firms; i++) {
                local[i] = exp(local[i] - most);
                sum += local[i];
            }
            const double weight = spending[run * areas + area] / total / sum;
            for (long i = 0; i < firms; i++)
                out[i] += local[i] * weight;
        }
    }
}
