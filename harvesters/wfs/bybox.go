package wfs

import (
	"context"
	"fmt"
)

const (
	maxBoxes    = 4_000 // requests of a layer that is read box by box
	maxQuarters = 12    // times that a box is quartered: of Italy to some 300 m
)

// boxForms are the ways in which services understand a box of degrees: north first,
// as the URN says; east first, as of old; and in the layer's own system, as WFS 1.0 has it.
var boxForms = []func(b [4]float64) string{
	func(b [4]float64) string {
		return fmt.Sprintf("%.12g,%.12g,%.12g,%.12g,urn:ogc:def:crs:EPSG::4326", b[1], b[0], b[3], b[2])
	},
	func(b [4]float64) string {
		return fmt.Sprintf("%.12g,%.12g,%.12g,%.12g,EPSG:4326", b[0], b[1], b[2], b[3])
	},
	func(b [4]float64) string { return fmt.Sprintf("%.12g,%.12g,%.12g,%.12g", b[0], b[1], b[2], b[3]) },
}

// quarters are the parts of a box.
func quarters(b [4]float64) [4][4]float64 {
	x, y := (b[0]+b[2])/2, (b[1]+b[3])/2
	return [4][4]float64{{b[0], b[1], x, y}, {x, b[1], b[2], y}, {b[0], y, x, b[3]}, {x, y, b[2], b[3]}}
}

// forms are those of boxForms, from 1, in which the layer's box can be asked for.
func (l *layer) forms() []int {
	switch {
	case l.box != nil:
		return []int{1, 2, 3}
	case l.written != nil:
		return []int{3}
	}
	return nil
}

// extent is the box of the layer, widened by a little, since it is rounded.
func (l *layer) extent() [4]float64 {
	b := [4]float64(l.written)
	little := max(b[2]-b[0], b[3]-b[1])/100 + 0.001
	b = [4]float64{b[0] - little, b[1] - little, b[2] + little, b[3] + little}
	if l.box != nil { // degrees
		b = [4]float64{max(-180, b[0]), max(-90, b[1]), min(180, b[2]), min(90, b[3])}
	}
	return b
}

// byBox reads one box after the other; one that has as many features as the service
// ever gave is quartered. Features on an edge come more than once and are kept once.
func (w *walk) byBox(ctx context.Context) error {
	type part struct {
		box   [4]float64
		depth int
	}
	todo := []part{{w.layer.extent(), 0}}
	for asked := 0; len(todo) > 0; asked++ {
		if asked == maxBoxes {
			return &answerError{failed("more than %d boxes", maxBoxes)}
		}
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if err := w.page(ctx, append(w.parameters(w.count, 0), "bbox", boxForms[w.boxes-1](p.box))...); err != nil {
			return err
		}
		switch {
		case w.answers.got == 0 && asked == 0:
			return &answerError{failed("nothing lies in the layer's box")}
		case w.answers.got < w.count && w.answers.got < w.layer.most:
			continue
		case p.depth == maxQuarters:
			return &answerError{failed("%d features at one place", w.answers.got)}
		}
		for _, q := range quarters(p.box) {
			todo = append(todo, part{q, p.depth + 1})
		}
	}
	if w.n > w.total {
		return &answerError{failed("the service counts %d features and has %d in its box: those without a place would not be missed", w.total, w.n)}
	}
	return w.even()
}

// An unsureError is that of an answer that may be all that the service has, of which
// it does not say so.
type unsureError struct{ error }

// Unwrap is what it says.
func (e *unsureError) Unwrap() error { return e.error }

// accept decides about a single answer after every other way has failed: looked for
// in the quarters of the map, there is nothing else; or, where the service cannot be
// asked so, its number is none that a cap would have.
func (w *walk) accept(ctx context.Context) error {
	met := false
	if l := w.layer; l.filterable() {
		for _, form := range l.forms() {
			for _, q := range quarters(l.extent()) {
				fresh, n, err := w.unmet(ctx, "bbox", boxForms[form-1](q))
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if fresh {
					return &answerError{failed("the service gives %d features at once and has more, to which no way leads", w.n)}
				}
				met = met || err == nil && n > 0
			}
			if met {
				break
			}
		}
	}
	if !met && w.n%roundTotal == 0 {
		return &answerError{failed("the service gave %d features, as a cap would, and whether it has more it does not say", w.n)}
	}
	if w.total < 0 {
		w.layer.found = append(w.layer.found, "features: that these are all is not told; no way of asking gave others")
	}
	return nil
}

// unmet reports whether an answer has features that the walk has not, and how many it has.
func (w *walk) unmet(ctx context.Context, parameters ...string) (fresh bool, n int, err error) {
	at := w.layer.request(w.variant, append(w.parameters(w.layer.page(), 0), parameters...)...)
	_, err = w.layer.ask(ctx, at, func(f feature) error {
		n++
		if fresh = !w.has(f); fresh {
			return errStop
		}
		return nil
	})
	return fresh, n, err
}
