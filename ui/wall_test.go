package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"
	"strings"
	"testing"
	"time"

	"pubpoint/engine"
	"pubpoint/engine/enginetest"
)

// still is a picture that can be told from others: colour bars with a hill before them.
func still(t *testing.T, n, width, height int) []byte {
	t.Helper()
	bars := []color.RGBA{{235, 235, 235, 255}, {220, 200, 40, 255}, {40, 190, 200, 255}, {50, 180, 70, 255}, {190, 60, 170, 255}, {200, 50, 50, 255}, {50, 70, 190, 255}}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := bars[(x*len(bars)/width+n)%len(bars)]
			dx, dy := x-width*(n%5+1)/6, y-height
			if dx*dx+dy*dy*2 < height*height {
				c = color.RGBA{uint8(20 + 10*n), uint8(40 + y/4), 60, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// seen gives a point a picture and a level, of that age.
func seen(t *testing.T, fake *enginetest.Fake, name string, n int, age time.Duration) {
	t.Helper()
	at := noon().Add(-age)
	fake.SetThumbnail(name, engine.Thumbnail{At: at, Start: time.Duration(n) * time.Second, Width: 384, Height: 216, JPEG: still(t, n, 384, 216)})
	loud := -14 - float64(n%4)*3
	fake.SetAudioLevel(name, engine.AudioLevel{At: at, Peak: loud, RMS: loud - 8, Peaks: []float64{loud, loud - 5}, Span: 2 * time.Second})
}

// crowd is a wall of n points on air, with pictures.
func crowd(t *testing.T, n int) *enginetest.Fake {
	t.Helper()
	fake := enginetest.New()
	fake.SetClock(noon)
	fake.SetTool(engine.ToolStatus{Path: "/usr/bin/ffmpeg", Version: "5.1.6"})
	for i := range n {
		name := fmt.Sprintf("channel-%02d", i+1)
		p, e := onAir(name)
		p.Viewers, p.Arriving = 40*(i*7%23)+3, int64(2_400_000+310_000*i)
		if i%3 == 0 {
			p.Title = "Studio " + strconv.Itoa(i+1)
		}
		fake.SetPoint(p)
		fake.SetEncoder(e)
		rates(fake, p)
		seen(t, fake, name, i, 3*time.Second)
	}
	return fake
}

// gallery opens the wall with its pictures.
func gallery(t *testing.T, fake *enginetest.Fake, options Options, width, height float32) *bench {
	t.Helper()
	b := open(t, fake, options, width, height)
	b.settle()
	b.settle()
	return b
}

// The masters were looked at by people: walls of few and of many, with and without trouble.
func TestPicturesOfWalls(t *testing.T) {
	for _, c := range []struct {
		n             int
		light         bool
		width, height float32
	}{{1, false, 1280, 720}, {2, true, 1280, 720}, {6, false, 1280, 720}, {16, false, 1280, 720}, {16, true, 1600, 900}} {
		name := fmt.Sprintf("wall-%d-%d", c.n, int(c.width))
		t.Run(name, func(t *testing.T) {
			gallery(t, crowd(t, c.n), Options{Light: c.light}, c.width, c.height).master(name)
		})
	}
}

// A picture that is no more true says so; only what can be seen is asked for.
func TestPictureOfALostSource(t *testing.T) {
	fake := house()
	for i, name := range []string{"arena-main", "oceans", "sports/stadium", "morning-show"} {
		seen(t, fake, name, i, 2*time.Second)
	}
	seen(t, fake, "news-hd", 5, 42*time.Second)
	b := gallery(t, fake, Options{}, 1280, 720)
	b.master("wall-trouble")
	if got := b.find("picture-news-hd").Text; !strings.Contains(got, "Connection refused") {
		t.Errorf("the lost tile says %q", got)
	}
}
