package portal

import (
	"math"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A chart is a time series drawn by the server, without script. Units are those of
// its viewBox. What it shows stands in words in Label and Text, and in the table.
type chart struct {
	Width, Height   int
	Left, Right     int // of the plot
	Top, Bottom     int
	Label, Text     string
	Lines           string // path of a series of instants or means, broken where values are missing
	Bars            string // path of sums
	Across, Upwards []tick
}

type tick struct {
	At   int
	Text string
}

const (
	chartWidth, chartHeight = 720, 310
	chartLeft, chartRight   = 72, 690
	chartTop, chartBottom   = 16, 260
)

// newChart draws list from from to to; nil without a single valid value.
func (s *server) newChart(d catalog.Datastream, step catalog.Step, list []catalog.Reading, from, to time.Time, title string) *chart {
	c := &chart{Width: chartWidth, Height: chartHeight, Left: chartLeft, Right: chartRight, Top: chartTop, Bottom: chartBottom}
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for _, o := range list {
		if valid(o) {
			low, high = math.Min(low, *o.Value), math.Max(high, *o.Value)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	c.Label = s.texts.t("misure.grafico", title)
	c.Text = s.texts.t("misure.grafico-testo", day(from.In(catalog.Rome)), day(to.In(catalog.Rome)), decimal(low, step), decimal(high, step), n, len(list)-n)
	sum := d.Aggregation == catalog.AggregationSum
	if sum || low >= 0 && low < high/2 {
		low = math.Min(low, 0) // a column, or a level whose nothing is near
	}
	low, high, c.Upwards = scale(low, high)
	p := plot{from, to, low, high}
	for i := range c.Upwards {
		value, _ := strconv.ParseFloat(c.Upwards[i].Text, 64)
		c.Upwards[i] = tick{p.y(value), decimal(value, catalog.StepRaw)}
	}
	c.Across = across(p, d.Clock.Location())
	if sum {
		c.Bars = p.bars(list)
	} else {
		c.Lines = p.lines(list)
	}
	return c
}

// valid: o has a value that may be drawn.
func valid(o catalog.Reading) bool { return o.Value != nil && o.Quality != catalog.QualityInvalid }

// scale is the range of an axis that holds low and high, with about five round
// numbers on it.
func scale(low, high float64) (from, to float64, ticks []tick) {
	if high-low < 1e-9*math.Max(math.Abs(high), 1) {
		low, high = low-1, high+1
		if low == -1 {
			low = 0
		}
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, m := range []float64{5, 2} {
		if (high-low)/(step*m) >= 3 {
			step *= m
			break
		}
	}
	first, last := math.Floor(low/step), math.Ceil(high/step)
	digits := max(0, -int(math.Floor(math.Log10(step))))
	for i := first; i <= last; i++ {
		ticks = append(ticks, tick{Text: strconv.FormatFloat(i*step, 'f', digits, 64)})
	}
	return first * step, last * step, ticks
}

// A plot turns times and values into places on the sheet.
type plot struct {
	from, to  time.Time
	low, high float64
}

func (p plot) x(t time.Time) float64 {
	share := float64(t.Sub(p.from)) / float64(max(p.to.Sub(p.from), 1))
	return chartLeft + min(max(share, 0), 1)*(chartRight-chartLeft)
}

func (p plot) y(v float64) int {
	return chartBottom - int(math.Round((v-p.low)/(p.high-p.low)*(chartBottom-chartTop)))
}

// lines joins the middles of intervals; where a value is missing the line ends,
// and a value alone is a dot.
func (p plot) lines(list []catalog.Reading) string {
	var b strings.Builder
	gap, alone := true, false
	var before catalog.Reading
	for i, o := range list {
		if !valid(o) {
			gap = true
			continue
		}
		if i > 0 && !gap && o.Start.Sub(before.Start) > 3*max(before.End.Sub(before.Start), usual(list)) {
			gap = true
		}
		command := "L"
		if gap {
			if alone {
				b.WriteString("h0")
			}
			command, alone = "M", true
		} else {
			alone = false
		}
		place(&b, command, p.x(o.Start.Add(o.End.Sub(o.Start)/2)), p.y(*o.Value))
		gap, before = false, o
	}
	if alone {
		b.WriteString("h0")
	}
	return b.String()
}

// usual is the shortest time from one value of list to the next.
func usual(list []catalog.Reading) time.Duration {
	shortest := time.Duration(math.MaxInt64 / 4)
	for i := 1; i < len(list) && i < 50; i++ {
		if d := list[i].Start.Sub(list[i-1].Start); d > 0 {
			shortest = min(shortest, d)
		}
	}
	return shortest
}

// bars are columns over their intervals, a tenth narrower.
func (p plot) bars(list []catalog.Reading) string {
	var b strings.Builder
	zero := p.y(math.Max(p.low, 0))
	for _, o := range list {
		if !valid(o) || *o.Value == 0 {
			continue
		}
		left, right := p.x(o.Start), p.x(o.End)
		if margin := (right - left) / 20; right-left > 2 {
			left, right = left+margin, right-margin
		}
		place(&b, "M", left, zero)
		b.WriteString("V" + strconv.Itoa(p.y(*o.Value)) + "H" + oneDecimal(math.Max(right, left+1)) + "V" + strconv.Itoa(zero) + "Z")
	}
	return b.String()
}

func place(b *strings.Builder, command string, x float64, y int) {
	b.WriteString(command + oneDecimal(x) + " " + strconv.Itoa(y))
}

func oneDecimal(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// across are the times below the plot: hours of a day, days of a month, months of
// a year, at most eight or so.
func across(p plot, loc *time.Location) []tick {
	span := p.to.Sub(p.from)
	var next func(time.Time) time.Time
	layout := func(t time.Time) string { return strconv.Itoa(t.Day()) + "/" + strconv.Itoa(int(t.Month())) }
	first := p.from.In(loc)
	first = time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, loc)
	switch {
	case span <= 48*time.Hour:
		loc, first = catalog.Rome, midnight(p.from)
		hours := 6
		next = func(t time.Time) time.Time {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour()+hours, 0, 0, 0, loc)
		}
		layout = func(t time.Time) string { return t.Format("15:04") }
	case span <= 10*24*time.Hour:
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	case span <= 70*24*time.Hour:
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, 5) }
	default:
		first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, loc)
		step := max(1, int(span.Hours()/24/30/7))
		next = func(t time.Time) time.Time { return t.AddDate(0, step, 0) }
		layout = func(t time.Time) string { return months[t.Month()-1][:3] }
	}
	var ticks []tick
	for t := first; !t.After(p.to) && len(ticks) < 20; t = next(t) {
		if !t.Before(p.from) {
			ticks = append(ticks, tick{int(p.x(t)), layout(t)})
		}
	}
	return ticks
}
