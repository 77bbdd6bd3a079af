INSERT INTO publication (id, report, time_period, ref_area, number, content_sha256, as_of, published_at)
VALUES (:id, :report, :time_period, :ref_area, :number, :content_sha256, :as_of, :published_at)
