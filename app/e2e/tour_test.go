//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// material encodes some seconds of a picture and a tone in two sizes, to be sent again and again; the
// groups of pictures of the smaller one have a length of their own.
func material(t *testing.T, source string, smaller int, large, small string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "media.mp4")
	args := strings.Fields(fmt.Sprintf("-v error -f lavfi -i %s -f lavfi -i sine=frequency=440:sample_rate=48000 -t 12 "+
		"-filter_complex [0:v]fps=25,split[a][b];[b]scale=iw/2:ih/2[c] -map [a] -map 1:a -map [c] -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 0 "+
		"-keyint_min 25 -sc_threshold 0 -g:v:0 50 -g:v:1 %d -b:v:0 %s -b:v:1 %s -c:a aac -ac 2 -b:a 64k", source, smaller, large, small))
	if p := ffmpeg(t, append(args, file)...); p.wait(t) != 0 {
		t.Fatalf("the material is not made:\n%s", p.out)
	}
	return file
}

// send plays material to a point in real time, or as fast as it goes.
func send(t *testing.T, url, file string, options ...string) *process {
	t.Helper()
	return ffmpeg(t, append(append(options, "-v", "error", "-i", file, "-map", "0", "-c", "copy"), push(url)...)...)
}

// TestTour walks through the window with a scene as operators have it: a healthy ladder, a stream with
// rungs that are not cut alike, a source that was lost, an encoder that was not started yet, and an event
// that is over. The pictures of docs are made here, by packaging/pictures.sh.
func TestTour(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"oceans", "parliament", "sports/derby", "gala", "harbour", "studio-2"} {
		h.mkdir(t, name)
	}
	r := h.enter(t, newScreen(t))
	const stream = "main-700k-64k-250k"
	bars, derby := material(t, "smptehdbars=size=640x360,noise=alls=10:allf=t", 75, "700k", "250k"), material(t, "gradients=size=640x360:x0=0:y0=0:x1=640:y1=360:nb_colors=4:c0=0x123a5c:c1=0x2f7f7a:c2=0xd98a3d:c3=0x1b1b3a", 50, "700k", "250k")
	if gala := send(t, r.ingest("gala", stream), derby, "-stream_loop", "19"); gala.wait(t) != 0 {
		t.Fatalf("the gala is not taken:\n%s", gala.out)
	}
	lost := send(t, r.ingest("sports/derby", stream), derby, "-re", "-stream_loop", "-1")
	send(t, r.ingest("parliament", stream), bars, "-re", "-stream_loop", "-1")
	send(t, r.ingest("harbour", stream), material(t, "mandelbrot=size=640x360:start_scale=0.02:end_scale=0.002", 50, "700k", "250k"), "-re", "-stream_loop", "-1")
	r.add(t, map[string]any{"id": "oceans-main", "point": "oceans", "start": true, "input": map[string]any{"kind": "test-pattern"}, "preset": "ultrafast", "audio_bitrate": 64_000,
		"video": []map[string]int{{"width": 320, "height": 180, "bitrate": 250_000}, {"width": 480, "height": 270, "bitrate": 500_000}, {"width": 640, "height": 360, "bitrate": 900_000}}})
	r.add(t, map[string]any{"id": "van-2", "point": "studio-2", "audio_bitrate": 64_000, "input": map[string]any{"kind": "network", "url": "srt://0.0.0.0:9000", "listen": true},
		"video": []map[string]int{{"width": 1280, "height": 720, "bitrate": 2_500_000}}})
	r.until(t, "F11", "the window has all of the screen", func() (any, bool) {
		out, err := r.xdotool("getwindowgeometry", r.window)
		return out, err == nil && strings.Contains(out, fmt.Sprintf("%dx%d", screenWidth, screenHeight))
	})
	r.see(t, "tile-oceans", "On air")
	r.see(t, "tile-sports/derby", "On air")
	r.pictured(t, "sports/derby")
	lost.kill(t)
	tourWall(t, r)
	tourDialogs(t, r)
	tourArchive(t, r)
	r.click(t, "nav-settings")
	r.see(t, "settings-listen-note")
	r.picture(t, "settings")
	tourPoint(t, r)
	tourAlarms(t, r)
	r.quiet(t)
	r.kill(t)
}

// picture takes one with the mouse out of the way.
func (r *room) picture(t *testing.T, name string) {
	t.Helper()
	if out, err := r.xdotool("mousemove", strconv.Itoa(screenWidth/2), strconv.Itoa(screenHeight-2)); err != nil {
		t.Fatalf("move the mouse: %v %s", err, out)
	}
	r.shoot(t, name)
}

// pictured waits for the first picture of a point on the wall.
func (r *room) pictured(t *testing.T, point string) {
	t.Helper()
	eventually(t, "there is a picture of "+point, func() (any, bool) {
		p, ok := r.place("picture-" + point)
		return p, ok && p.Text == ""
	})
}

func tourWall(t *testing.T, r *room) {
	t.Helper()
	r.see(t, "tile-sports/derby", "Source lost")
	r.see(t, "tile-gala", "VOD")
	for _, name := range []string{"oceans", "parliament", "harbour"} {
		r.pictured(t, name)
	}
	r.see(t, "worst-alarm", "derby")
	r.picture(t, "wall")
}

func tourDialogs(t *testing.T, r *room) {
	t.Helper()
	r.pressFor(t, "ctrl+k", "palette-field")
	r.write(t, "oceans")
	r.see(t, "palette-0", "oceans")
	r.picture(t, "palette")
	r.press(t, "Escape")
	r.click(t, "new-point")
	r.click(t, "dialog-name")
	r.write(t, "regatta")
	r.click(t, "dialog-pattern")
	r.see(t, "dialog-command", "regatta")
	r.picture(t, "newpoint")
	r.click(t, "dialog-cancel")
	r.click(t, "nav-encoders")
	r.click(t, "encoders-row-oceans-main")
	r.see(t, "encoder-name", "oceans-main")
	r.see(t, "encoder-state", "Running")
	r.picture(t, "encoders")
	r.click(t, "encoder-edit")
	r.see(t, "form-command", "oceans")
	r.picture(t, "encoderform")
	r.click(t, "form-cancel")
}

func tourAlarms(t *testing.T, r *room) {
	t.Helper()
	r.click(t, "nav-alarms")
	r.see(t, "alarm-list")
	eventually(t, "both troubles are told", func() (any, bool) {
		var list struct {
			Alarms []struct{ Code, Point string }
		}
		r.api(t, http.MethodGet, "/api/v1/alarms?state=active", nil, &list)
		return list, slices.ContainsFunc(list.Alarms, func(a struct{ Code, Point string }) bool { return a.Code == "gop-misaligned" })
	})
	r.click(t, "alarm-row")
	r.see(t, "alarm-action")
	r.picture(t, "alarms")
}

func tourArchive(t *testing.T, r *room) {
	t.Helper()
	r.click(t, "nav-archive")
	row := ""
	eventually(t, "the event of the gala is listed", func() (any, bool) {
		all := r.places()
		i := slices.IndexFunc(all, func(p place) bool { return strings.HasPrefix(p.Name, "archive-row-") })
		if i >= 0 {
			row = all[i].Name
		}
		return all, i >= 0
	})
	r.clickFor(t, row, "archive-play")
	r.click(t, "archive-verify")
	r.see(t, "archive-check")
	r.picture(t, "archive")
}

func tourPoint(t *testing.T, r *room) {
	t.Helper()
	r.click(t, "nav-wall")
	r.click(t, "tile-parliament")
	r.clickFor(t, "open-timeline", "lanes")
	r.click(t, "span-1m")
	r.picture(t, "timeline")
	r.command(t, "open oceans", "Open oceans")
	r.see(t, "state", "On air")
	r.click(t, "span-1m")
	r.picture(t, "point")
}
