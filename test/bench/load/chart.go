package main

import (
	"errors"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// panels are the pictures of a soak, one above the other, each of some columns.
var panels = []struct {
	title  string
	from   int // the first column
	labels []string
}{
	{"resident memory, MiB", residentAt, serviceNames},
	{"goroutines", goroutinesAt, serviceNames},
	{"used memory of Redis, MiB: the state, which keeps every deal", redisAt, []string{"redis"}},
	{"events that wait in the log", lagAt, []string{"lag"}},
}

// writeChart draws samples into an SVG file.
func writeChart(file string, samples []sample) (err error) {
	canvas := vgsvg.New(20*vg.Centimeter, vg.Length(len(panels))*7*vg.Centimeter)
	tiles := draw.Tiles{Rows: len(panels), Cols: 1, PadY: vg.Centimeter / 2, PadRight: vg.Centimeter / 2}
	for row, panel := range panels {
		picture := plot.New()
		picture.Title.Text, picture.X.Label.Text, picture.Y.Min = panel.title, "minutes", 0
		picture.Legend.Top, picture.Legend.Left = true, true
		picture.Add(plotter.NewGrid())
		for i, label := range panel.labels {
			points := make(plotter.XYs, len(samples))
			for j, s := range samples {
				points[j] = plotter.XY{X: s.at.Minutes(), Y: s.values[panel.from+i]}
			}
			line, err := plotter.NewLine(points)
			if err != nil {
				return err
			}
			line.Color = plotutil.Color(i)
			picture.Add(line)
			picture.Legend.Add(label, line)
		}
		picture.Y.Max *= 1.3 // room for the legend
		picture.Draw(tiles.At(draw.New(canvas), 0, row))
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = canvas.WriteTo(out)
	return err
}
