package pdf

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// path turns the d attribute of an SVG path (SVG 1.1 §8.3) into the operators of
// a content stream. T and smooth quadratic curves are not known.
func path(d string) ([]byte, error) {
	p := pen{rest: d}
	for p.skip(); p.rest != ""; p.skip() {
		if c := p.rest[0]; strings.IndexByte("MmLlHhVvCcSsQqAaZz", c) >= 0 {
			p.command = c
			p.rest = p.rest[1:]
		} else if p.command == 0 || p.command|32 == 'z' {
			return nil, fmt.Errorf("path %.40q: a command is missing before %.20q", d, p.rest)
		}
		p.step()
		if p.wrong != "" {
			return nil, fmt.Errorf("path %.40q: %q is no number", d, p.wrong)
		}
	}
	return p.out, nil
}

// A pen follows a path.
type pen struct {
	rest    string
	command byte
	wrong   string // what should have been a number
	out     []byte

	x, y           float64 // where it is
	startX, startY float64 // of this line
	controlX       float64 // of the curve before, for S
	controlY       float64
	curved         bool
}

// step follows one command and its numbers.
func (p *pen) step() {
	relative := p.command >= 'a'
	ox, oy := 0.0, 0.0
	if relative {
		ox, oy = p.x, p.y
	}
	curved := false
	switch p.command | 32 {
	case 'm':
		p.x, p.y = ox+p.number(), oy+p.number()
		p.startX, p.startY = p.x, p.y
		p.write("m", p.x, p.y)
		p.command-- // what follows are lines: M is one more than L
	case 'l':
		p.line(ox+p.number(), oy+p.number())
	case 'h':
		p.line(ox+p.number(), p.y)
	case 'v':
		p.line(p.x, oy+p.number())
	case 'c':
		p.curve(ox+p.number(), oy+p.number(), ox+p.number(), oy+p.number(), ox+p.number(), oy+p.number())
		curved = true
	case 's':
		x1, y1 := p.x, p.y
		if p.curved {
			x1, y1 = 2*p.x-p.controlX, 2*p.y-p.controlY
		}
		p.curve(x1, y1, ox+p.number(), oy+p.number(), ox+p.number(), oy+p.number())
		curved = true
	case 'q':
		qx, qy, x, y := ox+p.number(), oy+p.number(), ox+p.number(), oy+p.number()
		p.curve(p.x+(qx-p.x)*2/3, p.y+(qy-p.y)*2/3, x+(qx-x)*2/3, y+(qy-y)*2/3, x, y)
	case 'a':
		p.arc(p.number(), p.number(), p.number()*math.Pi/180, p.number() != 0, p.number() != 0, ox+p.number(), oy+p.number())
	case 'z':
		p.write("h")
		p.x, p.y = p.startX, p.startY
	}
	p.curved = curved
}

func (p *pen) line(x, y float64) {
	p.x, p.y = x, y
	p.write("l", x, y)
}

func (p *pen) curve(x1, y1, x2, y2, x, y float64) {
	p.write("c", x1, y1, x2, y2, x, y)
	p.x, p.y, p.controlX, p.controlY = x, y, x2, y2
}

// arc draws an elliptical arc as cubic curves of at most a quarter turn (SVG 1.1,
// appendix F.6.5).
func (p *pen) arc(rx, ry, turn float64, large, sweep bool, x, y float64) {
	rx, ry = math.Abs(rx), math.Abs(ry)
	if rx == 0 || ry == 0 {
		p.line(x, y)
		return
	}
	sin, cos := math.Sincos(turn)
	dx, dy := (p.x-x)/2, (p.y-y)/2
	mx, my := cos*dx+sin*dy, cos*dy-sin*dx
	if tooFar := mx*mx/(rx*rx) + my*my/(ry*ry); tooFar > 1 {
		rx, ry = rx*math.Sqrt(tooFar), ry*math.Sqrt(tooFar)
	}
	k := math.Sqrt(max(0, (rx*rx*ry*ry-rx*rx*my*my-ry*ry*mx*mx)/(rx*rx*my*my+ry*ry*mx*mx)))
	if large == sweep {
		k = -k
	}
	centreX, centreY := k*rx*my/ry, -k*ry*mx/rx
	from := math.Atan2((my-centreY)/ry, (mx-centreX)/rx)
	to := math.Atan2((-my-centreY)/ry, (-mx-centreX)/rx)
	if sweep && to < from {
		to += 2 * math.Pi
	} else if !sweep && to > from {
		to -= 2 * math.Pi
	}
	place := func(u, v float64) (float64, float64) { // on the unit circle → on the sheet
		u, v = centreX+rx*u, centreY+ry*v
		return cos*u - sin*v + (p.x+x)/2, sin*u + cos*v + (p.y+y)/2
	}
	parts := math.Ceil(math.Abs(to-from)/(math.Pi/2) - 1e-9)
	step := (to - from) / parts
	t := 4.0 / 3 * math.Tan(step/4)
	var points []float64
	for i := range int(parts) {
		s1, c1 := math.Sincos(from + float64(i)*step)
		s2, c2 := math.Sincos(from + float64(i+1)*step)
		x1, y1 := place(c1-t*s1, s1+t*c1)
		x2, y2 := place(c2+t*s2, s2-t*c2)
		x3, y3 := place(c2, s2)
		points = append(points, x1, y1, x2, y2, x3, y3)
	}
	for ; len(points) > 0; points = points[6:] {
		p.curve(points[0], points[1], points[2], points[3], points[4], points[5])
	}
	p.x, p.y = x, y
}

func (p *pen) write(operator string, lengths ...float64) {
	for _, v := range lengths {
		p.out = append(append(p.out, number(v)...), ' ')
	}
	p.out = append(append(p.out, operator...), ' ')
}

func (p *pen) skip() { p.rest = strings.TrimLeft(p.rest, " ,\t\r\n") }

// number reads the next number, which ends where another begins: "-4.500.7".
func (p *pen) number() float64 {
	p.skip()
	n, dot := 0, false
	for n < len(p.rest) {
		c := p.rest[n]
		sign := (c == '-' || c == '+') && n == 0
		if c == '.' && !dot {
			dot = true
		} else if !sign && (c < '0' || c > '9') {
			break
		}
		n++
	}
	v, err := strconv.ParseFloat(p.rest[:n], 64)
	if err != nil && p.wrong == "" {
		p.wrong = or(p.rest[:n], "the end")
	}
	p.rest = p.rest[n:]
	return v
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
