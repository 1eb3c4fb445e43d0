package settings

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pubpoint/engine"
)

func demo() engine.EncoderSpec {
	return engine.EncoderSpec{ID: "demo", Point: "demo", Input: engine.EncoderInput{Kind: engine.InputTestPattern},
		Video: engine.DemoLadder(), AudioBitrate: 64000, FPS: 25, GOP: 2 * time.Second}
}

func example() Document {
	return Document{Version: 1, Root: "/srv/www", Listen: "0.0.0.0:8088", Admin: "off", LogLevel: "warn", LogFormat: "json",
		FFmpeg:   "/opt/ffmpeg/bin/ffmpeg",
		Encoders: []Encoder{{EncoderSpec: demo(), Order: engine.OrderRun}}}
}

// Every version of the file that was ever released is kept in testdata and must be read.
func TestLoadEveryVersion(t *testing.T) {
	for v := 1; v <= Version; v++ {
		doc, err := Load(filepath.Join("testdata", "v"+strconv.Itoa(v)+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(doc, example()) {
			t.Errorf("version %d gives\n%+v\nwant\n%+v", v, doc, example())
		}
	}
	if len(migrations()) != Version-1 {
		t.Errorf("%d migrations lead to version %d", len(migrations()), Version)
	}
}

var update = flag.Bool("update", false, "rewrite the golden files")

func TestEncodeGolden(t *testing.T) {
	doc := example()
	text, err := doc.encode()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "saved.golden")
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(want) {
		t.Errorf("saved as\n%s\nwant\n%s", text, want)
	}
	again, err := decode(text)
	if err != nil || !reflect.DeepEqual(again, doc) {
		t.Errorf("read back as %+v, %v", again, err)
	}
}

// everything has a value in every field that an encoder can have.
func everything() Document {
	network := engine.EncoderSpec{ID: "b", Point: "b", Method: 1, Preset: "fast", Restart: engine.RestartOnFailure, MaxRestarts: 3,
		Input: engine.EncoderInput{Kind: engine.InputNetwork, URL: "srt://127.0.0.1:9000", Listen: true}, Video: engine.Ladder(1)}
	return Document{Version: 1, Resume: ResumeAlways, Encoders: []Encoder{
		{EncoderSpec: engine.EncoderSpec{ID: "a", Point: "a", Copy: true, AudioBitrate: 64000, Video: engine.Ladder(1),
			Input: engine.EncoderInput{Kind: engine.InputFile, Path: "/a b.mp4", Loop: true, Fast: true}}, Order: engine.OrderStop},
		{EncoderSpec: network, Order: engine.OrderRun},
		{EncoderSpec: engine.EncoderSpec{ID: "c", Point: "c", AudioBitrate: 64000,
			Input: engine.EncoderInput{Kind: engine.InputDevice, Device: "/dev/video0", Sound: "alsa:plughw:0,0"}}, Order: engine.OrderStop},
		{EncoderSpec: engine.EncoderSpec{ID: "d", Point: "d", Restart: engine.RestartNever,
			Input: engine.EncoderInput{Kind: engine.InputCustom, Args: []string{"-i", "a \"b\" c", "-vn"}}}, Order: engine.OrderStop},
	}}
}

// TestEveryFieldIsKept saves and reads every field; a golden file shows how they look.
func TestEveryFieldIsKept(t *testing.T) {
	doc := everything()
	text, err := doc.encode()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "everything.golden")
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(text) != string(want) {
		t.Errorf("saved as\n%s\nwant\n%s (%v)", text, want, err)
	}
	again, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range again.Encoders { // an empty list and none are the same
		if len(again.Encoders[i].Video) == 0 {
			again.Encoders[i].Video = nil
		}
	}
	if !reflect.DeepEqual(again, doc) {
		t.Errorf("read back as\n%+v\nwant\n%+v", again, doc)
	}
}

func TestApplyMigrations(t *testing.T) {
	rename := func(v map[string]any) error { v["root"] = v["folder"]; delete(v, "folder"); return nil }
	fail := func(map[string]any) error { return errors.New("no folder") }
	text, err := apply([]byte("folder = \"x\"\n"), 1, []migration{rename})
	if err != nil || !strings.Contains(string(text), "root = \"x\"") || !strings.Contains(string(text), "version = 2") {
		t.Errorf("migrated to %q, %v", text, err)
	}
	for _, c := range []struct {
		version int
		steps   []migration
		word    string
	}{{1, []migration{fail}, "no folder"}, {3, []migration{rename}, "newer"}, {0, nil, "never"}} {
		if _, err := apply(nil, c.version, c.steps); err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("version %d gives %v, want %q", c.version, err, c.word)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		words      string
	}{
		{"unknown key", "version = 1\n\nlisen = \"x\"\n", 3, `"lisen"`},
		{"unknown key in a table", "listen = \"x\"\n[window]\nwidth = 1\n", 2, `"window"`},
		{"unknown dotted key", "window.depth = 2\n", 1, `"window.depth"`},
		{"unknown table", "[windows]\nwidth = 1\n", 1, `"windows"`},
		{"unknown key of an encoder", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\nspeed = 2\n", 5, "speed"},
		{"syntax", "listen = \n", 1, ""},
		{"type", "listen = \"x\"\nroot = 3\n", 2, ""},
		{"duration", "[[encoders]]\ngop = \"soon\"\n", 2, "soon"},
		{"newer", "version = 99\n", 0, "newer version"},
		{"order", "[[encoders]]\nid = \"a\"\npoint = \"p\"\n", 0, "ordered"},
		{"id", "[[encoders]]\nid = \"../a\"\npoint = \"p\"\norder = \"run\"\n", 0, "valid id"},
		{"point", "[[encoders]]\nid = \"a\"\npoint = \"\"\norder = \"run\"\n", 0, "publishing point"},
		{"kind", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\n[encoders.input]\nkind = \"teleprinter\"\n", 0, "reads a \"teleprinter\""},
		{"restart", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\nrestart = \"often\"\n", 0, "restart policy \"often\""},
		{"method", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\nmethod = 3\n", 0, "method 3"},
		{"max_restarts", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\nmax_restarts = -1\n", 0, "max_restarts -1"},
		{"resume", "resume = \"sometimes\"\n", 0, "resume is \"sometimes\""},
		{"twice", "[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\n[[encoders]]\nid = \"a\"\npoint = \"p\"\norder = \"run\"\n", 0, "two encoders"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "pubpoint.toml"), c.text)
			_, err := Load(path)
			var file *FileError
			if !errors.As(err, &file) {
				t.Fatalf("error is %T: %v", err, err)
			}
			if file.Path != path || file.Line != c.line || !strings.Contains(file.Text, c.words) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error is %q (line %d), want line %d and %q", err, file.Line, c.line, c.words)
			}
		})
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("a folder was read as a file")
	}
}

func TestStoreRemembersEncoders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "pubpoint.toml")
	s := NewStore(path)
	other := demo()
	other.ID = "another"
	for _, step := range []error{s.SaveEncoder(demo(), engine.OrderStop), s.SaveEncoder(other, engine.OrderStop), s.SaveEncoder(demo(), engine.OrderRun)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file has mode %v, %v", info.Mode(), err)
		}
	}
	if got := remembered(t, NewStore(path)); got != "another:stop demo:run" {
		t.Errorf("remembered %q", got)
	}
	if err := s.ForgetEncoder("another"); err != nil {
		t.Fatal(err)
	}
	if err := s.ForgetEncoder("never was"); err != nil {
		t.Errorf("forgetting what was not there: %v", err)
	}
	if got := remembered(t, s); got != "demo:run" {
		t.Errorf("remembered %q", got)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("temporary files are left over: %v, %v", left, err)
	}
}

func remembered(t *testing.T, s *Store) string {
	t.Helper()
	encoders, err := s.Encoders()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for spec, order := range encoders {
		all = append(all, spec.ID+":"+string(order))
	}
	return strings.Join(all, " ")
}

func TestStoreKeepsWhatWasEditedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pubpoint.toml")
	s := NewStore(path)
	if err := s.SaveEncoder(demo(), engine.OrderRun); err != nil {
		t.Fatal(err)
	}
	write(t, path, "listen = \"127.0.0.1:9\"\n")
	if err := s.Update(func(d *Document) { d.FFmpeg = "/opt/ffmpeg" }); err != nil {
		t.Fatal(err)
	}
	if doc, err := Load(path); err != nil || doc.Listen != "127.0.0.1:9" || doc.FFmpeg != "/opt/ffmpeg" {
		t.Errorf("document is %+v, %v", doc, err)
	}
	write(t, path, "listen = nonsense\n")
	if err := s.Update(func(*Document) {}); err == nil {
		t.Error("a broken file was overwritten")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "listen = nonsense\n" {
		t.Errorf("the file is now %q, %v", text, err)
	}
}

func TestStoreTellsWhyItCannotWrite(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "file"), "")
	err := NewStore(filepath.Join(file, "pubpoint.toml")).SaveEncoder(demo(), engine.OrderRun)
	var bad *FileError
	if !errors.As(err, &bad) {
		t.Errorf("error is %T: %v", err, err)
	}
	bad2 := demo()
	bad2.ID = "-i"
	if err := NewStore(filepath.Join(t.TempDir(), "p.toml")).SaveEncoder(bad2, engine.OrderRun); err == nil {
		t.Error("an encoder that cannot be read again was saved")
	}
}

func TestStoreFromManyGoroutines(t *testing.T) {
	s := NewStore(filepath.Join(t.TempDir(), "pubpoint.toml"))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			spec := demo()
			spec.ID = "e" + strconv.Itoa(i)
			if err := s.SaveEncoder(spec, engine.OrderRun); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := strings.Fields(remembered(t, s)); len(got) != 8 {
		t.Errorf("remembered %q", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"v1.toml", "saved.golden"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := decode(text)
		if err != nil {
			return
		}
		again, err := doc.encode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := decode(again); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again)
		}
	})
}
