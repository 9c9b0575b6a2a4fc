use super::*;

#[test]
fn dots_are_doubled_at_the_start_of_lines_only_and_the_last_line_is_ended() {
    assert_eq!(transparent(b".\r\na.b\r\n..\r\n"), b"..\r\na.b\r\n...\r\n");
    assert_eq!(transparent(b"end"), b"end\r\n");
    assert_eq!(transparent(b".end"), b"..end\r\n");
}
