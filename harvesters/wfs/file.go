package wfs

import (
	"context"
	"fmt"
	"io"
	"slices"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// file reads a collection of features that was given as the source itself, with a
// layer for every type of feature in it.
func (s *service) file(ctx context.Context, in io.Reader, r *fetch.Response) error {
	walks := map[string]*walk{}
	var order []string
	defer func() {
		for _, w := range walks {
			w.close()
		}
	}()
	a, err := readAnswer(in, "utf-8", schema{}, func(f feature) error {
		w := walks[f.layer]
		if w == nil {
			if len(order) == maxLayers {
				return failed("more than %d types of features", maxLayers)
			}
			var err error
			if w, err = newWalk(&layer{service: s, featureType: featureType{name: f.layer}, total: -1}, plan{}); err != nil {
				return err
			}
			walks[f.layer], order = w, append(order, f.layer)
		}
		return w.keep(f)
	})
	if err != nil {
		return err
	}
	if a.got == 0 {
		return failed("%s holds no features", r.Name)
	}
	return s.files(ctx, a, walks, order)
}

func (s *service) files(ctx context.Context, a answer, walks map[string]*walk, order []string) error {
	if names := s.src.Mapping.Layers; len(names) > 0 {
		order = slices.DeleteFunc(order, func(name string) bool { return !slices.Contains(names, name) })
		if len(order) == 0 {
			return failed("the mapping names the layers %q, the file has %q", names, order)
		}
	}
	for _, name := range order {
		w := walks[name]
		w.answers = a
		if w.srs == "" {
			w.srs = a.srs
		}
		w.layer.found = []string{fmt.Sprintf("features: %d %q in the file", w.n, name)}
		if a.matched > a.got {
			w.layer.found = append(w.layer.found, fmt.Sprintf("features: the file is one answer, the service had %d in all", a.matched))
		}
		if len(order) == 1 {
			w.layer.name = ""
		}
		if err := w.layer.harvest(ctx, w); err != nil {
			return err
		}
	}
	return nil
}
