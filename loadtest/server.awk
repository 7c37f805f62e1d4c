# What the samples of a server (server.csv) say, as text, json or svg: -v form=…
#
# -v most=MiB judges its memory's peak, -v soak=1 its growth: the mean of the last quarter of the
# run may be above that of the second, when all are there, by flat_percent and flat_mib.

BEGIN { FS = "," }

NR == 1 { next }

{
  n++
  cpu[n] = $2; rss[n] = $3 / 1024; store[n] = $4 / 1024
  cpus += $2; loads += $5
  if (cpu[n] > cpu_max) cpu_max = cpu[n]
  if (rss[n] > rss_max) rss_max = rss[n]
  if (store[n] > store_max) store_max = store[n]
  if ($6 / 1024 > load_rss_max) load_rss_max = $6 / 1024
}

END {
  if (n == 0) { print form == "json" ? "null" : "not sampled"; exit }
  early = mean(int(n / 4) + 1, int(n / 2)); late = mean(int(3 * n / 4) + 1, n)
  if (form == "text") text()
  else if (form == "json") json()
  else svg()
}

function mean(from, to,   i, sum) {
  for (i = from; i <= to; i++) sum += rss[i]
  return to < from ? 0 : sum / (to - from + 1)
}

function text() {
  printf "processor %.0f %% on average, %d %% at most; memory %.1f MiB at most, %.1f MiB at the end; ", \
    cpus / n, cpu_max, rss_max, rss[n]
  printf "store %.1f MiB at most, %.1f MiB at the end; ", store_max, store[n]
  printf "generator %.0f %% of a processor, %.0f MiB\n", loads / n, load_rss_max
  if (most > 0)
    printf "  %s memory below %d MiB, is %.1f\n", rss_max < most ? "ok    " : "MISSED", most, rss_max
  if (soak > 0)
    printf "  %s memory flat: %.1f MiB in the second quarter, %.1f in the last\n", \
      late <= early * (1 + flat_percent / 100) + flat_mib ? "ok    " : "MISSED", early, late
}

function json() {
  printf "{\"cpuPercent\": %.1f, \"cpuPercentMax\": %d, \"rssMib\": %.1f, \"rssMibMax\": %.1f, ", \
    cpus / n, cpu_max, rss[n], rss_max
  printf "\"rssMibSecondQuarter\": %.1f, \"rssMibLastQuarter\": %.1f, ", early, late
  printf "\"storeMib\": %.2f, \"storeMibMax\": %.2f, ", store[n], store_max
  printf "\"generatorCpuPercent\": %.1f, \"generatorRssMib\": %.0f}\n", loads / n, load_rss_max
}

function svg() {
  line("processor", "%", cpu, cpu_max)
  line("memory", "MiB", rss, rss_max)
  line("store", "MiB", store, store_max)
}

function line(name, unit, values, most,   i) {
  if (most == 0) most = 1
  printf "<svg role=\"img\" aria-label=\"%s\" width=\"620\" height=\"140\"><polyline fill=\"none\" ", name
  printf "stroke=\"#4059ad\" stroke-width=\"2\" points=\""
  for (i = 1; i <= n; i++) printf "%.1f,%.1f ", 10 + 600 * i / n, 110 - 100 * values[i] / most
  printf "\"/><text x=\"10\" y=\"130\" font-size=\"12\">%s: highest %.1f %s, over %d s</text></svg>\n", \
    name, most, unit, n
}
