//! Tables as Excel workbooks. Every cell is text, so that a code keeps its zeros and a decimal its digits.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A workbook of one sheet.
pub fn workbook(title: &str, header: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    // Excel allows 31 characters and none of these signs in the name of a sheet.
    let name: String = title.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect();
    sheet.set_name(if name.is_empty() { "1" } else { &name })?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, cell) in (0..).zip(header) {
        sheet.write_string_with_format(0, column, cell, &bold)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(line, column, cell)?;
        }
    }
    workbook.save_to_buffer()
}
