package encoder

import (
	"bufio"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed testdata/ffmpeg
var toolAnswers embed.FS

// update rewrites the golden files: go test ./engine/internal/encoder -update.
var update = flag.Bool("update", false, "rewrite golden files")

// The test binary runs itself again as a pretend ffmpeg: this variable names the part it plays.
const pretendEnv = "ENCODER_PRETEND"

func TestMain(m *testing.M) {
	if part := os.Getenv(pretendEnv); part != "" {
		code, err := pretend(part, os.Args[1:])
		if err != nil {
			fmt.Fprintln(os.Stderr, "[fatal]", err)
			code = 99
		}
		os.Exit(code)
	}
	// A race detector in the pretend children would wait a second before each of them ends.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// pretend plays an ffmpeg: what it prints was captured from a real one.
func pretend(part string, args []string) (code int, err error) {
	if set, ok := strings.CutPrefix(part, "answers "); ok {
		return answer(set, args)
	}
	switch part {
	case "steady": // progress until it is asked to stop
		return steady()
	case "ends": // its input comes to an end
		printBlock(1, "continue")
		printBlock(2, "end")
		return 0, nil
	case "dies":
		printBlock(1, "continue")
		fmt.Fprintln(os.Stderr, "[error] av_interleaved_write_frame(): Connection reset by peer")
		fmt.Fprintln(os.Stderr, "[http @ 0x55fe569caf00] [error] URL read error: End of file")
		fmt.Fprintln(os.Stderr, "[info] Conversion failed!")
		return 1, nil
	case "dies once", "hangs once":
		return firstTime(part)
	case "refused":
		fmt.Fprintln(os.Stderr, "[http @ 0x55a7ac0abf00] [warning] HTTP error 404 Not Found")
		fmt.Fprintln(os.Stderr, "[error] "+args[len(args)-1]+": Server returned 404 Not Found")
		return 1, nil
	case "unavailable":
		fmt.Fprintln(os.Stderr, "[http @ 0x560e4f830f00] [warning] HTTP error 503 Service Unavailable")
		return 1, nil
	case "listens": // nothing, until it is interrupted
		interrupts := make(chan os.Signal, 1)
		signal.Notify(interrupts, os.Interrupt)
		<-interrupts
		return 255, nil
	case "unopened":
		address := args[slices.Index(args, "-i")+1]
		fmt.Fprintln(os.Stderr, "[rtmp @ 0x55eb42d843c0] [error] Cannot open connection tcp://127.0.0.1:1?tcp_nodelay=0 for streamkey99")
		fmt.Fprintln(os.Stderr, "[error] "+address+": Connection refused")
		return 1, nil
	case "frozen": // one block, then nothing, and no answer to anything but SIGKILL
		signal.Ignore(syscall.SIGINT)
		printBlock(1, "continue")
		<-time.After(5 * time.Minute)
	}
	return 98, fmt.Errorf("no part called %q", part)
}

// firstTime plays the first half of "dies once" or "hangs once" as often as the file named by
// ENCODER_MARK is missing, and is steady afterwards.
func firstTime(part string) (int, error) {
	mark := os.Getenv("ENCODER_MARK")
	if _, err := os.Stat(mark); err == nil {
		return steady()
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return 0, err
	}
	return pretend(map[string]string{"dies once": "dies", "hangs once": "frozen"}[part], nil)
}

func steady() (int, error) {
	asked := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(os.Stdin).ReadBytes('q')
		asked <- err
	}()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	tick := time.NewTicker(3 * time.Millisecond)
	for frame := 1; ; frame++ {
		select {
		case err := <-asked:
			printBlock(frame, "end")
			return 0, err
		case <-interrupts:
			printBlock(frame, "end")
			return 255, nil
		case <-tick.C:
			printBlock(frame, "continue")
		}
	}
}

func printBlock(frame int, state string) {
	fmt.Printf("frame=%d\nfps=25.16\nstream_0_0_q=37.0\nbitrate=   0.1kbits/s\ntotal_size=%d\nout_time_us=%d\nspeed=0.989x\nprogress=%s\n",
		frame, frame*100, frame*40000, state)
}

// answer plays an ffmpeg that is asked for its version and abilities. The answers lie in
// testdata/ffmpeg/SET, and in "full" when the set has none of its own.
func answer(set string, args []string) (int, error) {
	if slices.Contains(args, "-frames:v") {
		if set == "no-font" {
			return 1, nil
		}
		return 0, nil
	}
	name := strings.TrimPrefix(args[len(args)-1], "-") + ".txt"
	file, err := toolAnswers.Open("testdata/ffmpeg/" + set + "/" + name)
	if errors.Is(err, os.ErrNotExist) {
		file, err = toolAnswers.Open("testdata/ffmpeg/full/" + name)
	}
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(os.Stdout, file)
	return 0, errors.Join(err, file.Close())
}
