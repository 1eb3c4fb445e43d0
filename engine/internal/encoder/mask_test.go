package encoder

import "testing"

func TestMask(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"nothing here", "nothing here"},
		{"/a/b://c", "/a/b://c"},
		{"http://127.0.0.1:8088/a.isml/a.ism?stream_id=a-64k.ismv", "http://127.0.0.1:8088/a.isml/a.ism?stream_id=a-64k.ismv"},
		{"http://anna:geheim@h/x", "http://***@h/x"},
		{"http://anna@h/x", "http://***@h/x"},
		{"rtmp://h/live/key", "rtmp://h/live/***"},
		{"rtmp://h/live/live", "rtmp://h/live/***"},
		{"rtmps://h:1935/app/inst/key?x=1", "rtmps://h:1935/app/inst/***?x=1"},
		{"rtmp://h/live/", "rtmp://h/live/"},
		{"rtmp://h/live", "rtmp://h/live"},
		{"srt://h:1?mode=caller&passphrase=abc&latency=20", "srt://h:1?mode=caller&passphrase=***&latency=20"},
		{"srt://h:1?streamid=#!::r=x,u=anna", "srt://h:1?streamid=***"},
		{"https://h/a?token=abc&Signature=def", "https://h/a?token=***&Signature=***"},
		{"[error] rtmp://h/live/key: Connection refused", "[error] rtmp://h/live/***: Connection refused"},
		{"two http://a:bb@h/ and http://c:dd@h/", "two http://***@h/ and http://***@h/"},
		{"'rtsp://a:b@h/x' quoted", "'rtsp://***@h/x' quoted"},
	} {
		if got := Mask(c.text); got != c.want {
			t.Errorf("%s\nbecomes %s\nwant    %s", c.text, got, c.want)
		}
	}
}

// TestMaskOfOwnArguments hides values of options that are secrets by their names.
func TestMaskOfOwnArguments(t *testing.T) {
	spec := base(Input{Kind: Custom, Args: []string{"-headers", "Authorization: Bearer ticket99\r\n", "-i", "srt://h:1?passphrase=geheim77", "-passphrase", "abc", "-keyint_min", "50"}})
	got := MaskArgs(spec, spec.Input.Args)
	for i, want := range []string{"-headers", "***", "-i", "srt://h:1?passphrase=***", "-passphrase", "***", "-keyint_min", "50"} {
		if got[i] != want {
			t.Errorf("argument %d is shown as %q, want %q", i, got[i], want)
		}
	}
	if shown := spec.masker()("said geheim77"); shown != "said ***" {
		t.Errorf("a line of the log: %s", shown)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("rtmp://anna:geheim@h/live/key?token=x")
	f.Add("srt://h:1?passphrase=abc&latency=20")
	f.Fuzz(func(t *testing.T, text string) {
		once := Mask(text)
		if again := Mask(once); again != once {
			t.Errorf("%q becomes %q, and that %q", text, once, again)
		}
	})
}
