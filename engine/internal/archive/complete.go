package archive

// CompleteIndex writes what the index file of a scanned file lacks, as a crash leaves it that
// comes between the last byte of the media and the last record. Of a file that is gone on
// with, [Reopen] does that. The scan is of no use for a [Reopen] afterwards.
func CompleteIndex(dir Directory, scan *Scan) error {
	if len(scan.fresh) == 0 {
		return nil
	}
	x, err := reopenIndex(dir, scan)
	if err != nil {
		return err
	}
	return x.close(true)
}
