package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"pubpoint/engine/enginetest/sender"
)

// ladder is what a channel of the goals sends: three rungs and sound, 4.6 Mbit/s.
const ladder = "2800k-1200k-500k-64k"

func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(r) }

// post has ffmpeg encode seconds of a test picture at the given video bitrates, with sound, into a file as
// it would post them. It is made once for a run.
func (b *bench) post(ctx context.Context, name string, seconds int, kbits ...int) (string, error) {
	path := filepath.Join(b.dir, name+".ismv")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	args := []string{"-nostdin", "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
		"-t", strconv.Itoa(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-x264-params", "nal-hrd=cbr:scenecut=0", "-c:a", "aac", "-b:a", "64k"}
	for i, k := range kbits {
		rate := strconv.Itoa(k) + "k"
		args = append(args, "-map", "0:v", fmt.Sprintf("-b:v:%d", i), rate, fmt.Sprintf("-minrate:v:%d", i), rate, fmt.Sprintf("-maxrate:v:%d", i), rate,
			fmt.Sprintf("-bufsize:v:%d", i), rate)
	}
	args = append(args, "-map", "1:a", "-f", "ismv", "-movflags", "isml+frag_keyframe", "-y", path)
	if out, err := exec.CommandContext(ctx, "ffmpeg", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("ffmpeg: %w: %s", err, out)
	}
	return path, nil
}

// load reads such a file for the sender.
func load(path string) (*sender.Capture, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return sender.Cut(data)
}

// copyTo posts a file to an address as fast as it is taken.
func copyTo(ctx context.Context, method, url, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	// The client closes what it sends.
	req, err := http.NewRequestWithContext(ctx, method, url, f)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s", method, url, resp.Status)
	}
	return nil
}

// point makes a publishing point and returns its directory.
func point(root, name string) (string, error) {
	dir := filepath.Join(root, name+".isml")
	return dir, os.MkdirAll(dir, 0o755)
}

// ingestURL is where an encoder posts a stream whose name tells the bitrates of its tracks.
func ingestURL(s *server, name, bitrates string) string {
	return "http://" + s.address + "/" + name + ".isml/" + name + ".ism?stream_id=" + name + "-" + bitrates + ".ismv"
}

// channel is a point that has taken a file in.
func (b *bench) channel(ctx context.Context, s *server, root, name, bitrates, path string) error {
	if _, err := point(root, name); err != nil {
		return err
	}
	return copyTo(ctx, http.MethodPost, ingestURL(s, name, bitrates), path)
}

// lines are those of a playlist that name something.
func lines(playlist []byte) []string {
	var all []string
	for line := range strings.Lines(string(playlist)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}
